// Keeps the board up to date without moving it under whoever reads it. Without this script it is read by loading it again.
const AT_MOST_EVERY = 5000;
const board = document.getElementById("tablero");

// A burst of events is one refresh, and the last of them is never missed.
let last = 0;
let planned = 0;
function refresh() {
  planned = 0;
  last = Date.now();
  board.dispatchEvent(new CustomEvent("board:refresh"));
}
for (const event of ["live:case", "live:board", "live:again"]) {
  document.body.addEventListener(event, () => { planned ||= setTimeout(refresh, Math.max(0, last + AT_MOST_EVERY - Date.now())); });
}

// htmx keeps the focus on links; on a table it is kept here.
const tables = () => [...board.querySelectorAll(".v-table")];
let focused = "";
board.addEventListener("htmx:beforeSwap", () => { focused = tables().find((table) => table === document.activeElement)?.ariaLabel ?? ""; });
board.addEventListener("htmx:afterSwap", () => {
  if (focused) tables().find((table) => table.ariaLabel === focused)?.focus({ preventScroll: true });
});
