// The page: what its buttons and keys do.

import { ask } from "./api.js";
import * as cameras from "./cameras.js";
import * as files from "./files.js";
import { Teaching } from "./teaching.js";
import { Live } from "./live.js";
import { Numbers } from "./numbers.js";
import { abilities, adjust, Awake } from "./phone.js";
import { Stage } from "./stage.js";
import * as still from "./still.js";
import { Watch } from "./watch.js";

const $ = (id) => document.getElementById(id);
const video = $("video"), photo = $("photo"), sent = $("sent");
const FINE = 1600, USUAL = 960, STEP = 0.05, NOTE_MS = 8000, LATE_MS = 1000;

const state = {
  info: null, live: null, watch: null, file: null, page: null, stream: null, rate: [], url: "",
  noteEnd: 0, // when what is told may go
  choice: 0, // of cameras and files: the last one
  source: null, // the element that shows what goes on
  isPaused: false, reading: null, turn: 0, // of what stands: the last reading that was begun
};
const stage = new Stage($("stage"), $("overlay"), (point) => teach(point));
const numbers = new Numbers($("numbers"), (count) => {
  $("empty").hidden = count > 0;
  for (const id of ["copy", "csv", "jsonl", "clear"]) $(id).disabled = !count;
});
const teaching = new Teaching({ chosen: (box) => (stage.chosen = box), end: endTeaching, problem: note });
const awake = new Awake();

const on = {
  record(record, taken) {
    if (state.isPaused) return; // it is of a frame before the one that stands
    stage.take(record, taken);
    say(record);
    count(taken);
    tell("");
  },
  event(event) {
    const spoken = numbers.take(event, timeOf(event));
    if (spoken) $("spoken").textContent = spoken;
  },
  problem: (text) => tell(text),
  connection(text) {
    tell(text);
    if (text) forget();
    else if (state.live) numbers.begin(); // what is read from here on is counted anew
  },
  ended(text) {
    forget();
    awake.want(false);
    tell(`camdigits has ended${text ? `: ${text}` : ""}. Start it again, then load this page anew.`);
  },
};

// What is told

/** Tell a line until another or "" takes its place. */
function tell(text) {
  if (!text && performance.now() < state.noteEnd) return;
  state.noteEnd = 0;
  if ($("alert").textContent !== text) $("alert").textContent = text;
  $("alert").hidden = !text;
}

/** Tell a line that stays for a while, though all goes on. */
function note(text) {
  tell(text);
  state.noteEnd = performance.now() + NOTE_MS;
  setTimeout(() => $("alert").textContent === text && tell(""), NOTE_MS);
}

/** Take away what is told, a note as well: something else is shown now. */
function hush() {
  state.noteEnd = 0;
  tell("");
}

function say(record) {
  const texts = record.numbers.map((number) => number.text).join(", ");
  const label = texts ? `Picture with ${texts}` : "Picture without numbers";
  if ($("overlay").getAttribute("aria-label") !== label) $("overlay").setAttribute("aria-label", label);
}

/** Take away what was read of a picture that goes on: nothing says that it is still so. */
function forget() {
  state.rate = [];
  if (state.isPaused) return;
  stage.forget();
  $("overlay").setAttribute("aria-label", "Picture that is not read at the moment");
  $("status").textContent = "";
}

const failed = (error) => (error.status ? error.message : "camdigits does not answer. Is it still running?");

function count(taken) {
  const now = performance.now();
  state.rate = [...state.rate.filter((time) => now - time < 2000), now];
  const spans = performance.getEntriesByName("capture to overlay").slice(-30).map((entry) => entry.duration);
  if (performance.getEntriesByName("capture to overlay").length > 2000) performance.clearMeasures("capture to overlay");
  const delay = spans.length && taken !== null ? `, ${Math.round(spans.sort((a, b) => a - b)[Math.floor(spans.length / 2)])} ms` : "";
  const rate = Math.round(state.rate.length / 2);
  $("status").textContent = `${rate} ${rate === 1 ? "reading" : "readings"}/s${delay}`;
}

function timeOf(event) {
  // Of a camera that others watch, too, the server tells when it was; of its video, where.
  if (!state.file && (event.clock || !state.info?.watch)) return new Date(event.clock ?? Date.now()).toLocaleTimeString();
  const seconds = event.time_s, minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}

// What is shown

function settle(kind) {
  const isShown = kind !== "none", isRead = kind === "camera" || kind === "video" || kind === "photo";
  $("welcome").hidden = isShown;
  $("tools").hidden = $("settings").hidden = !isShown;
  $("pause").hidden = kind === "photo";
  $("camera-choice").hidden = kind !== "camera";
  $("camera-again").hidden = kind === "camera" || Boolean(cameras.impossible());
  $("confidence-choice").hidden = !isRead;
  $("fine-choice").hidden = kind !== "camera" && kind !== "video";
  $("torch-choice").hidden = $("zoom-choice").hidden = true;
  $("settings").hidden = $("more").hidden = !isRead;
  $("teach").hidden = !state.info?.teach;
  $("status").textContent = "";
  for (const element of document.querySelectorAll("[data-needs=reading]")) element.classList.toggle("away", kind === "watch");
  pause(false);
}

function stop() {
  if (teaching.isOn) teaching.end();
  state.live?.close();
  state.stream?.getTracks().forEach((track) => track.stop());
  video.removeAttribute("src");
  video.srcObject = null;
  if (state.url) URL.revokeObjectURL(state.url);
  Object.assign(state, { live: null, stream: null, file: null, url: "", rate: [], source: null, isPaused: false });
  state.turn += 1;
  performance.clearMeasures("capture to overlay");
}

function leave(text) {
  stop();
  stage.show(null);
  settle("none");
  tell(text);
}

async function startCamera(id) {
  const why = cameras.impossible();
  if (why) return tell(why);
  hush();
  const choice = (state.choice += 1);
  stop();
  let stream;
  try {
    stream = await cameras.open(id);
  } catch (error) {
    return choice === state.choice && leave(cameras.explain(error));
  }
  if (choice !== state.choice) return stream.getTracks().forEach((track) => track.stop());
  state.stream = stream;
  const [track] = state.stream.getVideoTracks();
  track.onended = () => leave("The camera was unplugged, or taken away. Press Start the camera to try again.");
  video.srcObject = state.stream;
  await show(video, "camera");
  offerLens(track);
  setTimeout(() => offerLens(track), LATE_MS); // Chromium knows of lamps and zooms only a moment later
  await read(track.label || "camera");
  await fillChooser();
}

/** Show the lamp and the zoom of a camera, if it has them, as they are. */
function offerLens(track) {
  if (track !== state.stream?.getVideoTracks()[0]) return;
  const { torch, zoom, now } = abilities(track);
  $("torch-choice").hidden = !torch;
  $("torch").checked = Boolean(now.torch);
  $("zoom-choice").hidden = !zoom;
  if (zoom) Object.assign($("zoom"), { min: zoom.min, max: zoom.max, step: zoom.step, value: now.zoom ?? zoom.min });
}

async function setLens() {
  const [track] = state.stream?.getVideoTracks() ?? [];
  if (!track) return;
  const settings = {};
  if (!$("torch-choice").hidden) settings.torch = $("torch").checked;
  if (!$("zoom-choice").hidden) settings.zoom = Number($("zoom").value);
  try {
    await adjust(track, settings);
  } catch (error) {
    note(`The camera did not take that (${error.message || error.name}).`);
    offerLens(track);
  }
}

async function show(element, kind) {
  state.source = element;
  stage.show(element);
  settle(kind);
  if (element === video) await video.play().catch(() => {});
  shape();
}

/** Give the stage the shape of the picture. */
function shape() {
  const [width, height] = stage.size;
  if (width && height) $("stage").style.setProperty("--shape", `${width} / ${height}`);
}

async function read(name) {
  numbers.begin();
  state.live?.close();
  state.live = new Live(video, nameOf(name), on);
  state.live.side = $("fine").checked ? FINE : USUAL;
  state.live.confidence = Number($("confidence").value);
  follow(state.live);
}

/** Return a name as records may have it. */
const nameOf = (name) => name.replace(/[^\x20-\x7e\u00a1-\uffff]/g, "").slice(0, 200);

/** Offer each frame that the video shows. */
function follow(live) {
  const next = () => {
    if (live !== state.live) return;
    live.check();
    live.next();
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  };
  next();
}

async function fillChooser() {
  const found = await cameras.list();
  const own = state.stream ? cameras.idOf(state.stream) : "";
  $("camera").replaceChildren(...found.map(({ id, label }) => new Option(label, id, false, id === own)));
}

/** Show and read files: photos one after the other, then one video. */
async function openFiles(chosen) {
  if (state.watch) return note("This page shows the camera of camdigits run; camdigits serve reads photos and videos.");
  if (!chosen.length) return note("That is no file. Drop a photo or video.");
  const [photos, videos] = files.parted([...chosen]), told = [];
  for (const file of [...photos, ...videos.slice(0, 1)]) {
    const opened = openFile(file), { choice } = state;
    told.push(await opened);
    if (choice !== state.choice) return; // something else was chosen meanwhile
  }
  for (const file of videos.slice(1)) told.push(`${file.name} was left out: one video at a time.`);
  const text = told.filter(Boolean).join(" ");
  if (text) note(text);
}

/**
 * Show and read a file, or one page of a document; without a page, all that it has.  Of one that is
 * no photo or video return why; what is shown goes on.
 */
async function openFile(file, page = null, choice = (state.choice += 1)) {
  let kind, record = null;
  try {
    kind = await files.kindOf(file);
    // What the browser cannot show may be a picture all the same.
    if (kind === "photo" && !(await files.shows(file))) record = await readPhoto(file, page);
  } catch (error) {
    const count = page === null && /holds (\d+) pages/.exec(error.message);
    if (count && choice === state.choice) return openPages(file, Number(count[1]), choice);
    return error instanceof TypeError ? failed(error) : error.message;
  }
  if (choice !== state.choice) return;
  hush();
  stop();
  Object.assign(state, { file, page });
  state.url = URL.createObjectURL(file);
  if (kind === "video") await openVideo(file);
  else await openPhoto(record);
}

/** Show and read the pages of a document, and return what is to be told of them. */
async function openPages(file, count, choice) {
  const told = [];
  for (let page = 1; page <= count && choice === state.choice; page += 1) {
    told.push(await openFile(file, page, choice));
  }
  return told.filter(Boolean).join(" ");
}

async function openVideo(file) {
  video.onerror = () => state.file === file && leave(`This browser cannot play ${file.name}. camdigits run reads it on the command line.`);
  video.src = state.url;
  video.onended = () => {
    pause(true);
    $("spoken").textContent = "The video has ended";
  };
  await new Promise((done) => {
    video.onloadeddata = done;
    setTimeout(done, 5000);
  });
  if (state.file !== file) return;
  await show(video, "video");
  await read(file.name);
}

/** Show a photo, and read it unless its record is there. */
async function openPhoto(record) {
  numbers.begin();
  photo.src = state.url;
  await photo.decode().catch(() => {});
  await show(photo, "photo");
  await readStanding(record);
}

// What stands: a photo, or a frame at a pause

/** Read what stands on the stage, and show that; a later call has the last word. */
function readStanding(known = null) {
  state.reading = readTurn((state.turn += 1), known);
  return state.reading;
}

async function readTurn(turn, known) {
  $("status").textContent = "reading...";
  $("stage").setAttribute("aria-busy", "true");
  let status = "";
  try {
    const isPhoto = stage.element === photo;
    const record = known ?? (await (isPhoto ? readPhoto(state.file, state.page) : still.read($("still"), asked())));
    if (turn !== state.turn) return;
    stage.take(record, null);
    say(record);
    if (isPhoto) status = takePhoto(record);
  } catch (error) {
    if (turn !== state.turn) return;
    tell(failed(error));
  }
  $("stage").removeAttribute("aria-busy");
  $("status").textContent = status || standing();
}

/** What holds for pictures that are sent to be read. */
const asked = () => (state.watch ? {} : { min_confidence: $("confidence").value });

async function readPhoto(file, page) {
  const query = { source: nameOf(file.name), ...asked(), ...(page && { page }) };
  try {
    return await ask("v1/read", { method: "POST", query, body: file });
  } catch (error) {
    if (error.status) error.message = named(error.message, file);
    throw error;
  }
}

/** Return what the server says of "the picture" with a file's name; here there may be several. */
const named = (text, file) => `${file.name}: ${text.replace(/^the picture: /, "")}`;

function takePhoto(record) {
  const texts = numbers.takePhoto(record, state.file.name + (state.page ? `, page ${state.page}` : ""));
  $("spoken").textContent = texts || "No number was found on the photo";
  const told = [];
  if (!photo.naturalWidth) told.push(`This browser cannot show ${state.file.name}; it was read all the same.`);
  if (record.damage) told.push(named(record.damage, state.file));
  if (record.reduced) told.push(`${state.file.name} was made ${record.reduced} times smaller to be read: small digits may be missed.`);
  tell(told.join(" "));
  return texts ? "" : "no number found";
}

/** Why the picture stands. */
function standing() {
  if (!state.isPaused || state.source === photo) return "";
  return state.source === video && video.ended ? "the video has ended" : "paused";
}

// What the buttons do

function pause(isPaused) {
  if (teaching.isOn && !isPaused) {
    state.wasPaused = true; // so that the teaching's end leaves it to this to go on
    teaching.end();
  }
  const hadEnded = state.isPaused && state.source === video && video.ended;
  state.isPaused = isPaused;
  label();
  state.live?.pause(isPaused);
  state.watch?.pause(isPaused);
  awake.want(Boolean(state.source) && state.source !== photo && !isPaused);
  if (!state.source || state.source === photo) return;
  if (isPaused) stand();
  else goOn(hadEnded);
}

function label() {
  const hasEnded = state.isPaused && state.source === video && video.ended;
  $("pause").textContent = hasEnded ? "Play again" : state.isPaused ? "Go on" : "Pause";
  $("pause").classList.toggle("primary", state.isPaused);
}

/** Stop at the frame that is shown, and read just that. */
function stand() {
  video.pause();
  if (!stage.size[0]) return;
  still.taken(state.source, stage.size, $("still"));
  stage.show($("still"));
  readStanding();
}

function goOn(hadEnded) {
  state.turn += 1;
  $("stage").removeAttribute("aria-busy");
  $("status").textContent = "";
  stage.show(state.source);
  if (state.source !== video) return;
  if (hadEnded) replay();
  else video.play().catch(() => {});
}

/** Play a video again; its times begin anew, and so do its numbers. */
function replay() {
  video.currentTime = 0;
  video.play().catch(() => {});
  read(state.file.name);
}

/** Begin to teach, or mark what is at a point: [x, y], 0 to 1 across and down the picture. */
async function teach(point) {
  if (!state.info?.teach || !stage.element || state.isOpening) return;
  if (teaching.isOn && point) return teaching.look(pixel(point));
  if (teaching.isOn) return teaching.end();
  state.wasPaused = state.isPaused;
  if (!state.isPaused) pause(true);
  state.isOpening = true;
  await state.reading;
  const isThere = stage.record && stage.size[0], picture = isThere && (await stage.picture());
  state.isOpening = false;
  if (!isThere || !state.isPaused && stage.element !== photo) return;
  $("teach").setAttribute("aria-pressed", "true");
  state.before = document.activeElement;
  await teaching.begin(picture, stage.record, point && pixel(point));
  $("teaching-title").focus({ preventScroll: true });
}

const pixel = ([x, y]) => [x * stage.record.size[0], y * stage.record.size[1]];

function endTeaching() {
  stage.chosen = null;
  $("teach").setAttribute("aria-pressed", "false");
  if (state.isPaused && !state.wasPaused) pause(false);
  state.before?.focus({ preventScroll: true });
  state.before = null;
}

/** Save the picture of this moment, with what is read on just that. */
async function snapshot() {
  const size = stage.size;
  if (!size[0]) return;
  const stands = stage.element === photo || state.isPaused;
  const picture = stands ? stage.element : still.taken(stage.element, size);
  let record = null;
  if (stands) {
    await state.reading;
    record = stage.record;
  } else {
    record = await still.read(picture, asked()).catch((error) => tell(`The picture is saved without boxes. ${failed(error)}`));
  }
  save(await stage.snapshot(picture, size, record), "png");
  tellDone("snapshot", "Saved");
}

/** Say on a button for a moment that it was done. */
function tellDone(id, text) {
  const button = $(id), usual = (button.dataset.usual ??= button.textContent);
  $("spoken").textContent = text;
  button.textContent = text;
  setTimeout(() => (button.textContent = usual), 1500);
}

/** Show or hide the settings where there is little room. */
function expand(isOpen) {
  $("more").setAttribute("aria-expanded", String(isOpen));
  $("settings").classList.toggle("open", isOpen);
}

function mirror() {
  stage.mirror = !stage.mirror;
  $("stage").classList.toggle("mirrored", stage.mirror);
  $("mirror").setAttribute("aria-pressed", String(stage.mirror));
}

function askFor(confidence) {
  const value = Math.min(1, Math.max(0, Math.round(confidence * 100) / 100));
  $("confidence").value = value;
  $("confidence-shown").textContent = `${Math.round(value * 100)} %`;
  state.live?.ask(value);
  clearTimeout(state.rereading);
  if (stage.element === photo || state.isPaused) state.rereading = setTimeout(() => readStanding(), 150);
}

function save(blob, suffix) {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `camdigits-${stamp}.${suffix}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function copy() {
  const text = numbers.text();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // no clipboard where the page came by http from another machine
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tellDone("copy", "Copied");
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || $("keys").open) return;
  const { target, key } = event;
  if (target.closest("select, textarea")) return;
  if (target.closest("input[type=range]") && /^(Arrow|Page|Home|End)/.test(key)) return;
  if (teaching.isOn && teaching.press(key, event.repeat)) return event.preventDefault();
  if (key === " " && target.closest("button, input:not([type=range]), summary")) return; // presses that
  const keys = { " ": "pause", s: "snapshot", m: "mirror", t: "teach", h: "help" };
  const button = keys[key] && $(keys[key]);
  if (key === "+" || key === "=") askFor(Number($("confidence").value) + STEP);
  else if (key === "-" || key === "_") askFor(Number($("confidence").value) - STEP);
  else if (button && button.offsetParent) button.click();
  else return;
  event.preventDefault();
}

/**
 * Let go of what was pressed with a mouse or finger, so that Space pauses instead of pressing it again.
 * Whoever uses keys keeps the place.
 */
function release({ target }) {
  if (state.isPointed) target.closest("button, input")?.blur();
}

function wire() {
  const clicks = {
    start: () => startCamera(), "camera-again": () => startCamera(),
    pause: () => pause(!state.isPaused), snapshot, mirror, teach: () => teach(null),
    more: () => expand($("more").getAttribute("aria-expanded") !== "true"),
    copy, clear: () => numbers.clear(), help: () => $("keys").showModal(),
    csv: () => save(new Blob([numbers.csv()], { type: "text/csv" }), "csv"),
    jsonl: () => save(new Blob([numbers.jsonl()], { type: "application/x-ndjson" }), "jsonl"),
  };
  for (const [id, act] of Object.entries(clicks)) $(id).onclick = act;
  for (const id of ["file", "another"]) {
    $(id).onchange = ({ target }) => {
      if (target.files.length) openFiles(target.files);
      target.value = "";
    };
  }
  $("camera").onchange = ({ target }) => {
    if (state.isPointed) target.blur();
    startCamera(target.value);
  };
  $("confidence").oninput = ({ target }) => askFor(Number(target.value));
  $("torch").onchange = $("zoom").oninput = setLens;
  $("fine").onchange = ({ target }) => {
    numbers.begin();
    if (!state.isPaused) stage.forget();
    state.live?.resize(target.checked ? FINE : USUAL);
  };
  $("settings").onsubmit = (event) => event.preventDefault();
  video.addEventListener("resize", shape);
  document.addEventListener("keydown", press);
  document.addEventListener("click", release, true); // before a dialog remembers where it was opened from
  document.addEventListener("pointerdown", () => (state.isPointed = true), true);
  document.addEventListener("keydown", () => (state.isPointed = false), true);
  navigator.mediaDevices?.addEventListener?.("devicechange", () => state.stream && fillChooser());
  addEventListener("dragover", (event) => {
    event.preventDefault();
    $("drop").hidden = Boolean(state.watch) || !event.dataTransfer?.types.includes("Files");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? ($("drop").hidden = true));
  addEventListener("drop", (event) => {
    event.preventDefault();
    $("drop").hidden = true;
    openFiles(event.dataTransfer.files);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) openFiles(event.clipboardData.files);
  });
}

async function begin() {
  wire();
  settle("none");
  try {
    state.info = await ask("v1/info");
  } catch (error) {
    return tell(failed(error));
  }
  $("version").textContent = `camdigits ${state.info.version}.`;
  $("teach").hidden = !state.info.teach; // the camera may have been started before
  $("confidence").value = state.info.min_confidence;
  $("confidence-shown").textContent = `${Math.round(state.info.min_confidence * 100)} %`;
  if (state.info.watch) {
    state.watch = new Watch(sent, { ...on, record: (record) => { on.record(record, null); shape(); } });
    state.source = sent;
    stage.show(sent);
    return settle("watch");
  }
  $("start").disabled = Boolean(cameras.impossible());
  tell(cameras.impossible());
}

begin();
