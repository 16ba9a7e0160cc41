// The desk beyond look's script: one conversation opened beside the queue, new lines put in without moving anything, the
// action's dialog, the three ways of writing, texts by /shortcut, and who else has the case open.
// Everything here is a comfort: without it each link opens a page and each form is a form.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const body = document.body;
const conversation = () => $("[data-conversation]");
const code = () => conversation()?.dataset.conversation ?? "";
const nearEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
if (window.htmx) window.htmx.config.refreshOnHistoryMiss = true;

// Who is here
const FORGET_AFTER = 45000;
const WRITING_FOR = 12000;
const present = new Map();
let writingUntil = 0;
let saidState = "";
function say(state) {
  saidState = state;
  body.dispatchEvent(new CustomEvent("live:say", { detail: { case: code(), state } }));
}
function showPresent() {
  const line = $("[data-presence]");
  if (!line) return;
  const now = Date.now();
  for (const [id, one] of present) if (now - one.at > FORGET_AFTER) present.delete(id);
  const texts = line.dataset;
  const words = [...present.values()].map((one) => (one.state === "writing" ? texts.writing : texts.viewing).replace("{}", one.name));
  line.hidden = words.length === 0;
  const text = words.join(" ");
  if ($("span", line)?.textContent !== text && words.length) $("span", line).textContent = text;
}
body.addEventListener("live:up", () => say("viewing"));
body.addEventListener("live:presence", ({ detail }) => {
  if (detail.state === "left") present.delete(detail.user_id);
  else present.set(detail.user_id, { name: detail.name, state: detail.state, at: Date.now() });
  showPresent();
});
document.addEventListener("input", ({ target }) => {
  if (!target.closest("[data-form=reply]")) return;
  writingUntil = Date.now() + WRITING_FOR;
  if (saidState !== "writing") say("writing");
});
// Sign of life: whoever works is not away, though nothing has been sent yet
const ACTIVE_EVERY = 60000;
let activeAt = Date.now();
for (const event of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) document.addEventListener(event, () => {
  if (Date.now() - activeAt < ACTIVE_EVERY) return;
  activeAt = Date.now();
  body.dispatchEvent(new CustomEvent("live:say", { detail: { active: true } }));
}, { passive: true });
setInterval(() => {
  if (saidState === "writing" && Date.now() > writingUntil) say("viewing");
  showPresent();
}, 4000);

// New and changed lines
const news = () => $("[data-news]");
function sawEverything() {
  const last = $$("[data-entry]").map((line) => Number(line.dataset.entry));
  const field = $("[data-last-id]");
  if (field && last.length) field.value = String(Math.max(Number(field.value), ...last));
  if (news()) news().hidden = true;
}
async function refreshLines() {
  const box = conversation();
  if (!box) return;
  const answer = await fetch(box.dataset.entriesUrl, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok || box !== conversation()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const wasAtEnd = nearEnd(box);
  const end = $("#fin", box);
  let added = 0;
  for (const line of $$("[data-entry]", fresh)) {
    const here = document.getElementById(line.id);
    if (!here) { line.dataset.fresh = ""; end.before(document.adoptNode(line)); window.htmx?.process(line); added += 1; }
    else if (here.dataset.version !== line.dataset.version && !here.contains(document.activeElement)) here.replaceWith(document.adoptNode(line));
  }
  for (const line of $$("[data-entry]", box)) if (!fresh.getElementById(line.id) && !line.hasAttribute("data-fresh") && line.dataset.entry) forgetMoved(line, fresh);
  if (!added) return;
  body.dispatchEvent(new CustomEvent("desk:lines"));
  // Once a reply has been begun, only the agent can say that she saw it: two answers cost more than one more click.
  const hasBegun = Boolean($("#reply_text")?.value.trim());
  if (wasAtEnd) box.scrollTop = box.scrollHeight;
  if (wasAtEnd && !document.hidden && !hasBegun) sawEverything();
  else if (news()) news().hidden = false;
}
// A line that was moved to another case disappears; one that is merely older than what was sent stays.
function forgetMoved(line, fresh) {
  const first = $("[data-entry]", fresh);
  if (first && Number(line.dataset.entry) > Number(first.dataset.entry)) line.remove();
}
for (const event of ["live:entry", "live:again"]) body.addEventListener(event, refreshLines);
body.addEventListener("live:case", ({ detail }) => { if (detail.code === code() && detail.code) refreshLines(); });
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-news]")) return;
  conversation().scrollTop = conversation().scrollHeight;
  $("#fin")?.scrollIntoView({ block: "nearest" });
  sawEverything();
});

// The action's dialog
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "accion-cuerpo") return;
  const dialog = document.getElementById("accion");
  for (const menu of $$("[popover]:popover-open")) menu.hidePopover();
  $("#accion-titulo").textContent = $("[data-title]", detail.target)?.dataset.title ?? "";
  if (!dialog.open) dialog.showModal();
  $("select, textarea, input:not([type=hidden])", detail.target)?.focus();
});
document.addEventListener("click", (event) => { if (event.target.closest("#accion a[data-dialog-close]")) event.preventDefault(); });

// What is in somebody's hands is not replaced under them
let focusedRow = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target } = detail;
  if (target.id === "encabezado" && (target.contains(document.activeElement) || $("[popover]:popover-open", target))) detail.shouldSwap = false;
  if (target.closest?.(".v-pane--aside") && !target.classList.contains("d-waiting") && target.contains(document.activeElement)) detail.shouldSwap = false;
  if (target.id === "conversacion" && !detail.serverResponse.includes('id="conversacion"')) { detail.shouldSwap = false; location.assign(detail.pathInfo.finalRequestPath); }
  focusedRow = target.id === "cola-filas" ? (document.activeElement?.closest("#cola-filas li")?.id ?? "") : "";
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.classList?.contains("d-waiting")) detail.target.classList.remove("d-waiting");
  if (!focusedRow) return;
  document.getElementById(focusedRow)?.querySelector("a")?.focus({ preventScroll: true });
  focusedRow = "";
});

// Opening a case, on its own page or beside the queue that is there already
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const pane = document.getElementById("conversacion");
  if (detail.target.id !== "conversacion" || !pane) return;
  $(".v-bench").dataset.pane = "conversation";
  for (const link of $$("#cola-filas a")) {
    const isHere = link.pathname === location.pathname;
    link.toggleAttribute("aria-current", isHere);
    if (isHere) link.setAttribute("aria-current", "true");
  }
  present.clear();
  say("viewing");
  begin();
  pane.focus({ preventScroll: true });
});
document.addEventListener("htmx:responseError", ({ detail }) => { if (detail.boosted) location.assign(detail.pathInfo.finalRequestPath); });
function begin() {
  const box = conversation();
  if (!box) return;
  if (location.hash !== "#redactar" && !location.hash.startsWith("#intervencion")) box.scrollTop = box.scrollHeight;
  if (box.dataset.readUrl) {
    fetch(box.dataset.readUrl, { method: "POST", headers: { "X-CSRFToken": $("input[name=csrfmiddlewaretoken]")?.value ?? "" } }).catch(() => {});
    delete box.dataset.readUrl;
  }
  if (new URLSearchParams(location.search).get("modo")) focusField($("[data-form]:not([hidden])"));
}

// The three ways of writing
const focusField = (form) => $("textarea", form)?.focus();
function write(kind) {
  const composer = $("[data-composer]");
  composer.dataset.kind = kind;
  for (const form of $$("[data-form]", composer)) form.hidden = form.dataset.form !== kind;
  for (const tab of $$("[data-mode]", composer)) tab.toggleAttribute("aria-current", tab.dataset.mode === kind);
  for (const tab of $$("[data-mode][aria-current]", composer)) tab.setAttribute("aria-current", "page");
  const form = $(`[data-form=${kind}]`, composer);
  (kind === "forward" ? $("input[name=to]", form) : $("textarea", form))?.focus();
}
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const tab = event.target.closest("[data-mode]");
  const forward = event.target.closest("[data-forward]");
  if (tab && $("[data-composer]")) { event.preventDefault(); write(tab.dataset.mode); }
  if (forward && $("[data-form=forward]")) {
    event.preventDefault();
    for (const box of $$("[data-form=forward] input[name=entries]")) box.checked = box.value === forward.dataset.forward;
    write("forward");
  }
  // A text chosen from the third pane goes to the reply, which may be hidden behind a note.
  if (event.target.closest("[data-insert='#reply_text']") && $("[data-form=reply]")?.hidden) write("reply");
}, true);

// Texts by /shortcut, once a space or Enter follows
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-expands]") || target.selectionStart !== target.selectionEnd) return;
  const before = target.value.slice(0, target.selectionStart);
  const found = /(^|\s)\/([a-z0-9-]+)[ \n]$/.exec(before);
  const text = found && $(`[data-canned="${CSS.escape(found[2])}"]`)?.dataset.text;
  if (text) target.setRangeText(text, target.selectionStart - found[2].length - 2, target.selectionStart, "end");
});

// A form that is on its way is not sent twice
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "1";
});
window.addEventListener("pageshow", () => { for (const form of $$("[data-sending]")) delete form.dataset.sending; });

// On a small telephone the doors of the desk scroll sideways: the open one is the one to see.
$(".d-column .v-tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A notice that all went well leaves by itself, unless somebody is at it; the page shows the same. Others wait to be closed.
const NOTICE_FOR = 7000;
for (const notice of $$("[data-toast][data-kind=success]")) {
  const leave = () => { if (notice.matches(":hover, :focus-within")) setTimeout(leave, 1000); else notice.remove(); };
  setTimeout(leave, NOTICE_FOR);
}

begin();
