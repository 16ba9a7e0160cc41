// Keeps the board up to date without moving it under whoever works on it. Without this script it is read by loading it
// again.
const AT_MOST_EVERY = 5000;
const AT_LEAST_EVERY = 60000;
const board = document.getElementById("tablero");
const at = document.getElementById("al-momento");
const news = document.querySelector("[data-board-news]");
const pause = document.querySelector("[data-board-pause]");

// A burst of events is one refresh, and the last of them is never missed.
let last = 0;
let planned = 0;
let asked = 0;
let isPaused = false;
const plan = () => {
  if (!isPaused) planned ||= setTimeout(refresh, Math.max(0, last + AT_MOST_EVERY - Date.now()));
};
for (const event of ["live:case", "live:board", "live:again"]) document.body.addEventListener(event, plan);
setInterval(plan, AT_LEAST_EVERY);

async function refresh() {
  planned = 0;
  last = Date.now();
  const mine = ++asked;
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("tablero");
    if (!answer.ok || !fresh) throw new Error("no board");
    // A later answer may have come before this one, or somebody paused meanwhile.
    if (mine !== asked || isPaused) return;
    tell(fresh);
    morph(board, fresh);
    at.textContent = page.getElementById("al-momento").textContent;
    at.removeAttribute("data-is-old");
  } catch {
    if (mine !== asked || isPaused) return;
    if (!at.hasAttribute("data-is-old")) at.textContent = at.textContent.replace(/^.*?(?=\d)/, `${board.dataset.failed} `);
    at.setAttribute("data-is-old", "");
  }
}

// Only what somebody has to know is said aloud: new late cases, and a channel that lost the last who could help.
const lateIn = (root) => Number(root.querySelector("[data-figure=late] .v-figure__value")?.firstChild?.data ?? 0);
const uncoveredIn = (root) => [...root.querySelectorAll("[data-uncovered]")];
function tell(fresh) {
  const known = uncoveredIn(board).map((one) => one.id);
  const said = uncoveredIn(fresh).filter((one) => !known.includes(one.id)).map((one) => one.querySelector("strong").textContent);
  const more = lateIn(fresh) - lateIn(board);
  if (more > 0) said.unshift(more === 1 ? news.dataset.one : news.dataset.many.replace("{n}", more));
  if (said.length) news.textContent = said.join(" ");
  else if (more < 0) news.textContent = "";
}

// In use: open, with the focus in it, or with something chosen that was not sent. It stays as it is.
const isChosen = (field) => {
  const first = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  return Boolean(first) && !first.selected;
};
const hasFocus = (part) => part.contains(document.activeElement);
const isInUse = (part) =>
  part.open || hasFocus(part) || [...part.querySelectorAll("select")].some(isChosen);

const holdsWork = (part) =>
  part.nodeType === Node.ELEMENT_NODE && [...part.querySelectorAll("[data-hold]")].some(isInUse);

function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.isEqualNode(fresh)) return;
  if (old.matches("[data-hold]")) {
    if (!isInUse(old)) { old.replaceWith(fresh); window.htmx?.process(fresh); }
    return;
  }
  // Its words count by themselves (ventanilla.js).
  if (old.matches("time[data-relative]") && old.dateTime === fresh.dateTime) return;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = child.id ? [...old.children].find((one) => one.id === child.id) : place && !place.id && place.nodeName === child.nodeName && place;
    if (!match) {
      old.insertBefore(child, place);
      if (child.nodeType === Node.ELEMENT_NODE) window.htmx?.process(child);
      continue;
    }
    // What is moved would lose the focus: the others move around it.
    while (place !== match) {
      if (hasFocus(place)) { old.insertBefore(match, place); break; }
      const next = place.nextSibling;
      old.append(place);
      place = next;
    }
    if (place === match) place = match.nextSibling;
    morph(match, child);
  }
  while (place) {
    const next = place.nextSibling;
    if (!holdsWork(place)) place.remove();
    place = next;
  }
}

if (pause) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.querySelector("span").textContent = isPaused ? pause.dataset.goOn : pause.dataset.pause;
    clearTimeout(planned);
    planned = 0;
    if (!isPaused) refresh();
  });
}
