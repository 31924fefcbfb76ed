// Doubtful fields one after the other: the picture, the text, and what a person says of it.

import { ask, askPicture, Refused } from "./api.js";

const $ = (id) => document.getElementById(id);
const TICKS = ["yes", "no"];
const AHEAD = 3;
const MOST_TEXT = 100;
const NOT_YET = "Not accepted: its picture was not there yet. Look at it, then press Enter.";

let now;
let count = 0;
let left = 0;
let isWide = false;
let isBusy = false;
let isWaiting = true;
/** What was typed and does not fit; the same once more is kept. */
let warned = null;
/** Places of the fields that are still doubtful. */
let open = new Set();
const pictures = new Map();

async function show(place) {
  wait(true);
  try {
    now = await ask(`v1/fields/${place}`);
  } catch (error) {
    wait(false);
    throw error;
  }
  ({ count, left } = now);
  open = new Set(now.doubtful);
  warned = null;
  $("doubt").hidden = false;
  $("skipped").hidden = true;
  $("field").textContent = now.field;
  $("where").textContent = now.sheet;
  $("why").textContent = now.state === "corrected" ? "you said so" : now.why;
  $("fits").textContent = now.fits;
  $("text").value = now.text;
  $("text").readOnly = now.kind === "tick";
  $("text").inputMode = { tick: "none", number: "numeric", comb: "numeric", decimal: "decimal" }[now.kind] ?? "text";
  if (now.fits.includes("isbn")) $("text").inputMode = "text";  // its last may be an X
  $("back").disabled = place === 0;
  check();
  offer(now.kind === "tick" ? TICKS : now.others);
  told();
  $("text").focus();
  $("text").select();
  await draw(place);
  // Finding the next sheet in its picture takes a second.
  for (let next = place + 1; next <= place + AHEAD && next < count; next += 1) picture(next).catch(() => {});
}

function told() {
  $("status").textContent = `${now.table}: field ${now.place + 1} of ${count}, ${left} left`;
}

/** Offer texts, each of which is taken with a click. */
function offer(texts) {
  $("others").replaceChildren(...texts.map((text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text || "empty";
    if (now.kind === "tick") {
      const key = document.createElement("kbd");
      key.textContent = text[0];
      button.append(" ", key);
    }
    button.disabled = isWaiting;
    button.addEventListener("click", () => { $("text").value = text; answer(); });
    return button;
  }));
}

/** Nothing is accepted before its picture was seen; typing goes on. */
function wait(isIt) {
  isWaiting = isIt;
  $("picture").classList.toggle("stale", isIt);
  $("making").hidden = !isIt;
  for (const button of [$("accept"), ...$("others").children]) button.disabled = isIt;
}

async function draw(place) {
  $("picture").alt = `Field ${now.field} on ${now.sheet}`;
  try {
    const address = await picture(place);
    if (now.place !== place) return;
    $("picture").src = address;
    $("picture").hidden = false;
    $("no-picture").hidden = true;
  } catch (error) {
    if (now.place !== place) return;
    $("picture").hidden = true;
    $("no-picture").hidden = false;
    $("no-picture").textContent = words(error);
  }
  wait(false);
}

/** Return an address of a field's picture, made once; a few are kept. */
function picture(place) {
  const key = `v1/fields/${place}/picture${isWide ? "?wide" : ""}`;
  if (!pictures.has(key)) {
    const asked = askPicture(key);
    asked.catch(() => pictures.delete(key));
    pictures.set(key, asked);
    for (const [old, address] of [...pictures].slice(0, -8)) {
      address.then(URL.revokeObjectURL, () => {});
      pictures.delete(old);
    }
  }
  return pictures.get(key);
}

async function answer() {
  if (isWaiting) warn(NOT_YET);
  if (isBusy || isWaiting || !check()) return;
  isBusy = true;
  const text = $("text").value.trim();
  try {
    const body = JSON.stringify({ text, sure: warned === text });
    const said = await ask(`v1/fields/${now.place}`, { method: "POST", body });
    left = said.left;
    if (said.why_not) {
      warned = text;
      warn(`${text || "Empty"}: ${said.why_not}. If it stands there all the same, accept it once more.`);
      return;
    }
    open.delete(now.place);
    if (!left) finish("All fields are looked at, and the table is written.");
    else await step();
  } catch (error) {
    warn(words(error));
  } finally {
    isBusy = false;
  }
}

/** Go to the next doubtful field. */
async function step() {
  const next = [...open].find((place) => place > now.place);
  if (next !== undefined) return show(next);
  told();
  $("doubt").hidden = true;
  $("skipped").hidden = false;
  $("skipped-text").textContent = `${left} field${left === 1 ? " is" : "s are"} still doubtful`;
  $("again").focus();
}

/** Begin with the first that is doubtful: the page may be opened again. */
async function begin() {
  const { doubtful } = await ask("v1/fields/0");
  await show(doubtful[0] ?? 0);
}

/** Return whether the text is short enough, and say so if not: cut, it would be another one. */
function check() {
  const length = [...$("text").value.trim()].length;
  warn(length > MOST_TEXT ? `${length} characters are too many: at most ${MOST_TEXT} can be accepted.` : "");
  return length <= MOST_TEXT;
}

function warn(text) {
  $("warning").hidden = !text;
  $("warning").textContent = text;
}

function words(error) {
  return error instanceof Refused ? error.message : "camdigits has ended; what was accepted before is in the table";
}

async function leave() {
  await ask("v1/end", { method: "POST" });
  finish(`${left} field${left === 1 ? " is" : "s are"} still doubtful; what was accepted is in the table.`);
}

function finish(text) {
  $("main").hidden = true;
  $("done").hidden = false;
  $("status").textContent = "";
  $("done-text").textContent = text;
  $("done-text").focus();
}

/** Do what goes to the server, and say so where it fails. */
function doing(what) {
  return () => Promise.resolve(what()).catch((error) => {
    $("alert").hidden = false;
    $("alert").textContent = words(error);
  });
}

/** Show the text that comes next among those that it may be. */
function turn(by) {
  const texts = [now.text, ...now.others];
  const place = texts.indexOf($("text").value);
  $("text").value = texts[(place + by + texts.length) % texts.length];
  $("text").select();
}

const back = doing(() => (now.place > 0 ? show(now.place - 1) : undefined));
const skip = doing(step);
const widen = doing(() => {
  wait(true);
  isWide = !isWide;
  $("wide").setAttribute("aria-pressed", isWide);
  $("text").focus();
  return draw(now.place);
});

$("answer").addEventListener("submit", (event) => { event.preventDefault(); answer(); });
$("text").addEventListener("input", check);
$("back").addEventListener("click", back);
$("skip").addEventListener("click", skip);
$("wide").addEventListener("click", widen);
$("end").addEventListener("click", doing(leave));
$("leave").addEventListener("click", doing(leave));
$("again").addEventListener("click", doing(begin));
document.addEventListener("keydown", (event) => {
  // A key that is held would accept what nobody looked at.
  if (event.key === "Enter" && event.repeat) event.preventDefault();
  if ($("doubt").hidden || $("main").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
  const tick = now.kind === "tick" && TICKS.find((each) => each[0] === event.key.toLowerCase());
  if (tick) { $("text").value = tick; answer(); }
  // A form whose button is disabled is not submitted.
  else if (event.key === "Enter" && event.target === $("text") && isWaiting) answer();
  else if (event.key === "PageUp") back();
  else if (event.key === "PageDown") skip();
  else if (event.key === "F2") widen();
  else if (event.target === $("text") && event.key === "ArrowDown") turn(1);
  else if (event.target === $("text") && event.key === "ArrowUp") turn(-1);
  else return;
  event.preventDefault();
});

doing(begin)();
