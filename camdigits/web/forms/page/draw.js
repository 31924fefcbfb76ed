// A form: its fields are drawn on the sheet, named and described; each change is saved at once.

import { ask, askPicture, Refused } from "./api.js";
import { Boxes } from "./boxes.js";

const $ = (id) => document.getElementById(id);
const HOLDS = {
  number: ["match", "digits", "min", "max", "check"],
  decimal: ["match", "digits", "min", "max"],
  comb: ["match", "digits", "min", "max", "check"],
  date: ["match"], time: ["match"], tick: [],
};
const MOST_DIGITS = 40;
const WAIT_MS = 200;
const HISTORY = 200;
const ZOOMS = [1, 1.5, 2, 3, 4];

let form;
let boxes;
let chosen = -1;
let zoom = 0;
let waiting;
let saving = Promise.resolve(true);
const history = [];
const corners = [];
const HINT = $("hint").textContent;

async function begin() {
  form = await ask("v1/form");
  await picture("v1/sheet");
  boxes = new Boxes($("sheet"), form.size, { create, change, choose, remove, edit: () => $("name").select() });
  $("filled").checked = !form.blank;
  $("sums").value = form.sums.join("\n");
  show();
  $("status").textContent = `${form.sheet}, ${form.size.join(" x ")} pixels`;
}

async function picture(path) {
  $("picture").src = await askPicture(path);
  await $("picture").decode();
}

/** Ask for the form's corners on the whole picture; then show the form straight. */
async function corner() {
  const isDone = $("corners").getAttribute("aria-pressed") === "true";
  if (isDone) {
    form = await ask("v1/corners", { method: "PUT", body: JSON.stringify({ corners: corners.map((node) => node.place) }) });
    history.length = 0;
  }
  await picture(isDone ? "v1/sheet" : "v1/sheet?whole");
  boxes.size = form.size;
  $("corners").setAttribute("aria-pressed", !isDone);
  $("add").disabled = !isDone;
  $("hint").textContent = isDone ? HINT : "Put the four points on the corners of the form, then press Corners again.";
  $("status").textContent = `${form.sheet}, ${form.size.join(" x ")} pixels`;
  corners.splice(0).forEach((node) => node.remove());
  if (isDone) return show();
  const places = form.corners?.map(([x, y]) => [x / form.whole[0], y / form.whole[1]]) ?? [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]];
  corners.push(...places.map(cornerNode));
  corners[0].focus({ preventScroll: true });
}

function cornerNode(place, number) {
  const node = Object.assign(document.createElement("div"), { className: "corner", tabIndex: 0, place });
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", `Corner ${number + 1} of 4`);
  const put = (x, y) => {
    node.place = [x, y].map((each) => Math.min(1, Math.max(0, each)));
    [node.style.left, node.style.top] = node.place.map((each) => `${100 * each}%`);
  };
  put(...place);
  node.addEventListener("pointerdown", (event) => { node.setPointerCapture(event.pointerId); event.stopPropagation(); });
  node.addEventListener("pointermove", (event) => {
    if (!node.hasPointerCapture(event.pointerId)) return;
    const seen = $("sheet").getBoundingClientRect();
    put((event.clientX - seen.left) / seen.width, (event.clientY - seen.top) / seen.height);
  });
  node.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (x || y) event.preventDefault();
    put(node.place[0] + x / 500, node.place[1] + y / 500);
  });
  $("sheet").append(node);
  return node;
}

/** Change what is drawn, so that it can be undone, and save it. */
function changed(how) {
  history.push(JSON.stringify([form.fields, form.sums, form.blank]));
  if (history.length > HISTORY) history.shift();
  how();
  show();
  save();
}

function create(box) {
  if (corners.length) return;
  changed(() => {
    const before = form.fields[chosen] ?? form.fields.at(-1);
    const field = { name: freeName(before?.name ?? "field 0"), box, kind: before?.kind ?? "number" };
    if (field.kind === "comb") field.digits = boxesIn(box);
    else if (before?.digits) field.digits = before.digits;
    chosen = form.fields.push(field) - 1;
  });
  boxes.focus(chosen);
  $("name").select();
}

/** Return a name that no field has: "q2" after "q1". */
function freeName(before) {
  const [, stem, number] = before.match(/^(.*?)(\d*)$/);
  const taken = new Set(form.fields.map((field) => field.name));
  let next = Number(number || 1) + 1;
  while (taken.has(`${stem}${next}`)) next += 1;
  return `${stem}${next}`;
}

function boxesIn([, , w, h]) {
  return Math.min(MOST_DIGITS, Math.max(1, Math.round(w / h)));
}

function change(place, box) {
  changed(() => { form.fields[place].box = box; });
}

function choose(place) {
  if (place === chosen) return;
  chosen = place;
  show();
}

function remove(place) {
  changed(() => {
    form.fields.splice(place, 1);
    chosen = Math.min(place, form.fields.length - 1);
  });
  if (chosen >= 0) boxes.focus(chosen);
  else $("add").focus();
}

function undo() {
  if (!history.length) return;
  [form.fields, form.sums, form.blank] = JSON.parse(history.pop());
  chosen = Math.min(chosen, form.fields.length - 1);
  $("sums").value = form.sums.join("\n");
  $("filled").checked = !form.blank;
  show();
  save();
}

function show() {
  boxes.show(form.fields, chosen);
  $("undo").disabled = !history.length;
  $("empty").hidden = form.fields.length > 0;
  $("end").disabled = !form.fields.length;
  $("corners").hidden = !form.whole || form.fields.length > 0;
  $("fields").replaceChildren(...form.fields.map(listed));
  const field = form.fields[chosen];
  $("editor").hidden = !field;
  if (!field) return;
  for (const part of $("editor").querySelectorAll("[data-kinds]")) {
    part.hidden = !part.dataset.kinds.split(" ").includes(field.kind);
  }
  const [fewest, most] = Array.isArray(field.digits) ? field.digits : [field.digits, field.digits];
  const [x, y, w, h] = field.box;
  const shown = { name: field.name, kind: field.kind, fewest, most, min: field.min, max: field.max, check: field.check, match: field.match, x, y, w, h };
  for (const [id, value] of Object.entries(shown)) {
    // What somebody is typing stays as it is.
    if (document.activeElement !== $(id)) $(id).value = value ?? "";
  }
  $("optional").checked = field.optional === true;
}

function listed(field, place) {
  const row = document.createElement("li"), button = document.createElement("button"), kind = document.createElement("span");
  button.type = "button";
  button.setAttribute("aria-pressed", place === chosen);
  kind.textContent = field.kind;
  button.append(field.name, kind);
  button.addEventListener("click", () => { choose(place); boxes.focus(place); });
  row.append(button);
  return row;
}

/** Take what is typed into the editor. */
function described(event) {
  const field = form.fields[chosen];
  const id = event.target.id;
  changed(() => {
    if (id === "name") field.name = $("name").value.trim();
    else if (id === "kind") takeKind(field);
    else if (id === "optional") take(field, "optional", $("optional").checked || undefined);
    else if (id === "fewest" || id === "most") take(field, "digits", digits(field));
    else if (id === "min" || id === "max") take(field, id, number(id));
    else if (id === "check" || id === "match") take(field, id, $(id).value || undefined);
    else field.box = ["x", "y", "w", "h"].map((each) => Math.round(number(each) ?? 0));
  });
}

function take(field, key, value) {
  if (value === undefined) delete field[key];
  else field[key] = value;
}

function takeKind(field) {
  field.kind = $("kind").value;
  for (const key of HOLDS.number) if (!HOLDS[field.kind].includes(key)) delete field[key];
  if (field.kind === "comb") field.digits ??= boxesIn(field.box);
}

function number(id) {
  return $(id).value === "" ? undefined : $(id).valueAsNumber;
}

function digits(field) {
  const fewest = number("fewest"), most = number("most");
  if (fewest === undefined && most === undefined) return undefined;
  if (field.kind === "comb" && most === undefined) return fewest;
  const both = [fewest ?? 1, most ?? MOST_DIGITS];
  return both[0] === both[1] ? both[0] : both;
}

function save() {
  clearTimeout(waiting);
  $("status").textContent = "saving";
  waiting = setTimeout(() => { saving = saving.then(send); }, WAIT_MS);
}

/** Send what is drawn, and return whether it is saved. */
async function send() {
  const { fields, sums, blank } = form;
  const sent = JSON.stringify({ fields, sums, blank });
  try {
    const { faults } = await ask("v1/form", { method: "PUT", body: sent });
    tell(faults);
    if (!faults.length) $("status").textContent = fields.length ? `${form.file} is saved` : "";
    else $("status").textContent = "not saved yet";
    return !faults.length;
  } catch (error) {
    tell([], error);
    return false;
  }
}

function tell(faults, error) {
  $("faults").replaceChildren(...faults.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  $("alert").hidden = !error;
  if (!error) return;
  $("alert").textContent = error instanceof Refused ? error.message : "camdigits has ended, and nothing more is saved; start it again";
  $("status").textContent = "not saved";
}

async function end() {
  clearTimeout(waiting);
  saving = saving.then(send);
  if (!(await saving)) return;
  try {
    await ask("v1/end", { method: "POST" });
  } catch (error) {
    tell([], error);
    return;
  }
  const count = form.fields.length;
  $("main").hidden = true;
  $("done").hidden = false;
  $("done-text").textContent = `${form.file} is written: ${count} field${count === 1 ? "" : "s"}`;
  $("done-text").focus();
}

function enlarge(by) {
  zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + by));
  $("sheet").style.width = `${100 * ZOOMS[zoom]}%`;
}

/** Put a field where the middle of what is seen of the sheet is. */
function add() {
  const seen = $("sheet").getBoundingClientRect(), view = $("view").getBoundingClientRect();
  const scale = form.size[0] / seen.width;
  const bottom = Math.min(view.bottom, innerHeight), top = Math.max(view.top, 0);
  const w = Math.round(form.size[0] * 0.12), h = Math.round(w * 0.5);
  const x = ((view.left + view.right) / 2 - seen.left) * scale - w / 2;
  const y = ((top + bottom) / 2 - seen.top) * scale - h / 2;
  const at = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
  create([at(x, form.size[0] - w), at(y, form.size[1] - h), w, h]);
  boxes.focus(chosen);
}

$("editor").addEventListener("input", described);
$("editor").addEventListener("submit", (event) => event.preventDefault());
$("editor").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id !== "delete") boxes.focus(chosen);
});
$("whole").addEventListener("input", () => changed(() => {
  form.blank = !$("filled").checked;
  form.sums = $("sums").value.split("\n").map((line) => line.trim()).filter(Boolean);
}));
$("delete").addEventListener("click", () => remove(chosen));
$("undo").addEventListener("click", undo);
$("add").addEventListener("click", add);
$("corners").addEventListener("click", () => corner().catch((error) => tell([], error)));
$("smaller").addEventListener("click", () => enlarge(-1));
$("larger").addEventListener("click", () => enlarge(1));
$("end").addEventListener("click", end);
document.addEventListener("keydown", (event) => {
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.matches("input, textarea")) {
    undo();
    event.preventDefault();
  }
});

begin().catch((error) => tell([], error));
