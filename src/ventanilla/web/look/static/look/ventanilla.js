// What pages do beyond HTML: shortcuts, drafts, live events, relative times, files, dialogs. docs/look.md has the attributes.
// No inline code and no eval, so that a strict Content-Security-Policy stands. Everything works, poorer, without it.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const texts = $("#v-texts")?.dataset ?? {};
const language = document.documentElement.lang || "es";
// Private windows refuse to store: then nothing is remembered.
const store = (() => { try { return localStorage; } catch { return null; } })();
const memory = {
  get: (key) => store?.getItem(`ventanilla:${key}`) ?? null,
  keys: (prefix) => Object.keys(store ?? {}).filter((key) => key.startsWith(`ventanilla:${prefix}`)).map((key) => key.slice(11 + prefix.length)),
  set(key, value) {
    if (value === null) store?.removeItem(`ventanilla:${key}`);
    else try { store?.setItem(`ventanilla:${key}`, value); } catch { /* Full: the field itself still holds it. */ }
  },
};
const make = (tag, properties, ...parts) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...parts);
  return element;
};
const seen = (element) => element.getClientRects().length > 0;

// Dialogs
const open = (dialog) => { if (dialog && !dialog.open) dialog.showModal(); };
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) { opener.closest("[popover]")?.hidePopover(); open(document.getElementById(opener.dataset.dialogOpen)); return; }
  if (event.target.closest("[data-dialog-close]") || event.target.matches?.("dialog.v-dialog[open]")) event.target.closest("dialog")?.close();
  event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
  const hint = event.target.closest("[data-hint-dismiss]")?.closest("[data-hint]");
  if (hint) { memory.set(`hint:${hint.dataset.hint}`, "1"); hint.hidden = true; }
  const insert = event.target.closest("[data-insert]");
  if (insert) {
    const field = $(insert.dataset.insert);
    insert.closest("[popover]")?.hidePopover();
    insert.closest("dialog")?.close();
    field.focus();
    field.setRangeText(insert.dataset.text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const dialog = document.getElementById("confirmar");
  if (!form.dataset.confirm || form.dataset.confirmed || !dialog) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  $("[data-confirm-words]", dialog).textContent = form.dataset.confirm;
  $("[data-confirm-yes]", dialog).onclick = () => {
    dialog.close();
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  };
  dialog.showModal();
}, true);

// Menus: native popovers, put beside their button.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".v-menu")) return;
  if (event.newState !== "open") { menu.removeAttribute("data-placed"); return; }
  const box = $(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.dataset.placed = "";
  const left = menu.dataset.align === "end" ? box.right - menu.offsetWidth : box.left;
  const below = box.bottom + menu.offsetHeight + 8 < innerHeight || box.top < menu.offsetHeight;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${below ? box.bottom + 4 : box.top - menu.offsetHeight - 4}px`;
}, true);

// Shortcuts
const typing = (target) => target.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
const usable = (element) => !element.disabled && (seen(element) || element.closest("[popover]"));
let sequence = "";
let sequenceTimer;
function move(step) {
  const items = $$("[data-list] [data-list-item]").filter(seen);
  if (!items.length) return;
  const here = items.findIndex((item) => item.contains(document.activeElement));
  const start = here >= 0 ? here : items.findIndex((item) => $("[aria-current]", item));
  const next = items[Math.max(0, Math.min(items.length - 1, start < 0 ? 0 : start + step))];
  (next.matches("a, button") ? next : $("a, button", next))?.focus();
}
function listShortcuts() {
  const rows = [["j", texts.moveNext], ["k", texts.movePrevious], ["?", texts.help]].slice($("[data-list]") ? 0 : 2);
  if ($("[data-submit-shortcut]")) rows.push(["Ctrl Enter", texts.send]);
  const known = new Set();
  for (const element of $$("[data-shortcut]")) {
    const copy = element.cloneNode(true);
    $$("kbd", copy).forEach((key) => key.remove());
    const label = element.dataset.shortcutLabel || element.getAttribute("aria-label") || copy.textContent.trim() || element.labels?.[0]?.textContent;
    if (usable(element) && !known.has(element.dataset.shortcut)) rows.push([element.dataset.shortcut, label]);
    known.add(element.dataset.shortcut);
  }
  const row = ([keys, label]) => make("div", {}, make("dt", {}, label), make("dd", {}, ...keys.split(" ").map((key) => make("kbd", { className: "v-kbd" }, key))));
  $("[data-shortcut-list]")?.replaceChildren(...rows.map(row));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.matches("[data-submit-shortcut]")) {
    event.preventDefault();
    event.target.form.requestSubmit($("[data-submit-default]", event.target.form) ?? undefined);
    return;
  }
  const menu = event.target.closest(".v-menu");
  if (menu && /^Arrow(Up|Down)$/.test(event.key)) {
    const items = $$(".v-menu__item", menu);
    event.preventDefault();
    items.at((items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)) % items.length).focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || typing(event.target)) return;
  if (memory.get("shortcuts") === "off" || $("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && event.target.closest("[data-list]")) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
    return;
  }
  if (event.key.length !== 1 || event.key === " ") return;
  clearTimeout(sequenceTimer);
  const keys = sequence ? `${sequence} ${event.key}` : event.key;
  sequence = "";
  const candidates = $$("[data-shortcut]").filter(usable);
  const exact = candidates.find((element) => element.dataset.shortcut === keys);
  if (exact) { event.preventDefault(); exact[typing(exact) ? "focus" : "click"](); return; }
  if (candidates.some((element) => element.dataset.shortcut.startsWith(`${keys} `))) {
    sequence = keys;
    sequenceTimer = setTimeout(() => { sequence = ""; }, 1200);
  } else if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "?") { event.preventDefault(); open(document.getElementById("atajos")); }
});
const helpDialog = document.getElementById("atajos");
if (helpDialog) new MutationObserver(() => { if (helpDialog.open) listShortcuts(); }).observe(helpDialog, { attributeFilter: ["open"] });
const shortcutSwitch = $("[data-shortcut-switch]");
if (shortcutSwitch) {
  shortcutSwitch.checked = memory.get("shortcuts") !== "off";
  shortcutSwitch.addEventListener("change", () => memory.set("shortcuts", shortcutSwitch.checked ? null : "off"));
}

// Drafts: kept on the device as typed; on the server too when the field says where.
const csrf = () => $("input[name=csrfmiddlewaretoken]")?.value ?? "";
const draftTimers = new WeakMap();
function tell(field, words) { const status = $(`[data-draft-status="${CSS.escape(field.dataset.draft)}"]`); if (status) status.textContent = words ?? ""; }
async function postDraft(field) {
  tell(field, texts.saving);
  try {
    const answer = await fetch(field.dataset.draftUrl, { method: "POST", headers: { "X-CSRFToken": csrf() }, body: new URLSearchParams({ draft: field.value }) });
    tell(field, answer.ok ? texts.saved : "");
  } catch { tell(field, ""); }
}
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset?.draft) return;
  memory.set(`draft:${field.dataset.draft}`, field.value || null);
  clearTimeout(draftTimers.get(field));
  if (field.dataset.draftUrl) draftTimers.set(field, setTimeout(() => postDraft(field), 1500));
  else tell(field, texts.saved);
});
function forgetDrafts(form) {
  for (const field of $$("[data-draft]", form)) { clearTimeout(draftTimers.get(field)); memory.set(`draft:${field.dataset.draft}`, null); tell(field, ""); }
}
// A plain submission leaves the page. Only a page of ours that followed it, and is no error, proves that it was taken.
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || target.matches("[hx-post], [hx-put], [hx-boost]")) return;
  for (const field of $$("[data-draft]", target)) { clearTimeout(draftTimers.get(field)); memory.set(`sent:${field.dataset.draft}`, field.value); }
});
function settleSent() {
  const taken = performance.getEntriesByType("navigation")[0]?.type === "navigate" && document.referrer.startsWith(location.origin) && !("error" in document.body.dataset);
  for (const draft of memory.keys("sent:")) {
    const field = $(`[data-draft="${CSS.escape(draft)}"]`);
    if (taken && !field?.value && memory.get(`sent:${draft}`) === memory.get(`draft:${draft}`)) memory.set(`draft:${draft}`, null);
    memory.set(`sent:${draft}`, null);
  }
}
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful && event.detail.elt.matches("form")) forgetDrafts(event.detail.elt); });

// Relative times
const span = (value, unit, unitDisplay = "short") => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);
function left(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes < 1) return null;
  if (minutes < 60) return span(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return span(Math.floor(hours / 24), "day", "long");
  return hours < 6 && minutes % 60 ? `${span(hours, "hour")} ${span(minutes % 60, "minute")}` : span(hours, "hour");
}
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
function ago(seconds) {
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  return unit ? relative.format(Math.trunc(seconds / size), unit) : null;
}
function clocks(root = document) {
  for (const element of $$("time[data-relative]", root)) {
    const seconds = (new Date(element.dateTime) - Date.now()) / 1000;
    if (Number.isNaN(seconds)) continue;
    if (element.dataset.relative === "due") {
      const words = left(seconds);
      element.textContent = words === null ? texts.dueNow : (seconds < 0 ? texts.overdue : texts.due).replace("{}", words);
    } else if (Math.abs(seconds) < 30 * 86400) element.textContent = ago(seconds) ?? texts.now;
  }
}
setInterval(clocks, 30000);

// Files
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("input[type=file][data-files]")) {
    const list = $(`[data-files-list="${CSS.escape(field.id)}"]`) ?? field.parentElement.appendChild(make("ul", { className: "v-files" }));
    list.dataset.filesList = field.id;
    const size = (bytes) => new Intl.NumberFormat(language, { style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1 }).format(bytes < 1e6 ? Math.ceil(bytes / 1e3) : bytes / 1e6);
    list.replaceChildren(...[...field.files].map((file) => make("li", {}, make("span", { className: "v-files__chosen" }, `${file.name} · ${size(file.size)}`))));
  }
  const form = field.form;
  if (form?.matches("[data-autosubmit]") && field.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
});

// Live: one socket a page; each message becomes an event that htmx triggers can hear. It moves neither focus nor scroll.
// A page speaks by dispatching `live:say` on body; `live:up` tells it at each connection that there is somebody to say it to.
const liveUrl = document.body.dataset.liveUrl;
let attempt = 0;
let say = () => {};
document.body.addEventListener("live:say", ({ detail }) => say(detail));
function announce(name, detail) { document.body.dispatchEvent(new CustomEvent(name, { detail })); }
function liveState(up) {
  for (const element of $$("[data-live-state]")) { element.dataset.liveState = up ? "up" : "down"; element.textContent = up ? "" : texts.disconnected; }
}
function connect() {
  const socket = new WebSocket(new URL(liveUrl, location.href.replace(/^http/, "ws")));
  let lost = false;
  socket.addEventListener("open", () => {
    if (attempt) announce("live:again", {});
    attempt = 0;
    say = (facts) => socket.send(JSON.stringify(facts));
    announce("live:up", {});
    liveState(true);
  });
  socket.addEventListener("message", ({ data }) => {
    const { event, key, facts = {} } = JSON.parse(data);
    announce(`live:${event}`, facts);
    if (key) announce(`live:${event}:${key}`, facts);
  });
  socket.addEventListener("close", () => {
    if (lost) return;
    lost = true;
    say = () => {};
    attempt += 1;
    if (attempt > 1) liveState(false);
    setTimeout(connect, Math.min(30000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2));
  });
}
if (liveUrl) connect();

// What each new part of a page needs, on load and after htmx puts something in.
function prepare(root) {
  clocks(root);
  for (const hint of $$("[data-hint]", root)) hint.hidden = memory.get(`hint:${hint.dataset.hint}`) !== null;
  for (const field of $$("[data-draft]", root)) {
    const { draft } = field.dataset;
    const kept = memory.get(`draft:${draft}`);
    if (kept && kept !== field.value && !field.value) { field.value = kept; tell(field, texts.restored); }
  }
}
settleSent();
prepare(document);
$("[data-focus-now]")?.focus();
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
document.addEventListener("htmx:afterSettle", (event) => $("[data-focus-now]", event.detail.elt)?.focus());
