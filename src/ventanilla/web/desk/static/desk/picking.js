// Choosing cases in the queue: how many are chosen, the key x, and a choice that survives the list's refresh.
// Without it everything works: the boxes belong to a form with a button.
const form = () => document.getElementById("lote");
const boxes = () => [...(form()?.querySelectorAll("input[name=caso]") ?? [])];
const all = () => form()?.querySelector("[data-pick-all]");
let kept = new Set();

function count() {
  const words = form()?.querySelector("[data-pick-count]");
  if (!words) return;
  const chosen = boxes().filter((box) => box.checked).length;
  const said = all()?.checked ? words.dataset.all : chosen === 1 ? words.dataset.one : chosen ? words.dataset.many.replace("{}", chosen) : "";
  if (words.textContent !== said) words.textContent = said;
}
document.addEventListener("change", ({ target }) => {
  if (!target.closest("#lote")) return;
  if (target === all()) for (const box of boxes()) box.checked = target.checked;
  else if (target.name === "caso" && !target.checked && all()) all().checked = false;
  count();
});
function shortcutsAreOff() { try { return localStorage.getItem("ventanilla:shortcuts") === "off"; } catch { return false; } }
document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || shortcutsAreOff()) return;
  const box = document.activeElement?.closest("#lote .v-case")?.querySelector("input[name=caso]");
  if (!box || document.activeElement.matches("select, textarea, input:not([type=checkbox])")) return;
  event.preventDefault();
  box.click();
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "cola-filas") kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
});
document.addEventListener("htmx:afterSettle", () => {
  if (kept.size) for (const box of boxes()) if (kept.has(box.value) || all()?.checked) box.checked = true;
  kept = new Set();
  count();
});
addEventListener("pageshow", count);
