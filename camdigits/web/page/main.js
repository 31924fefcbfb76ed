// The page: what its buttons and keys do.

import { ask, picture } from "./api.js";
import * as cameras from "./cameras.js";
import * as files from "./files.js";
import { Teaching } from "./teaching.js";
import { Live } from "./live.js";
import { Numbers } from "./numbers.js";
import { copy, csv, save } from "./parts/exports.js";
import { Learning } from "./parts/learning.js";
import { closeAll, escape, menu } from "./parts/menus.js";
import { hush, note, tell } from "./parts/messages.js";
import { Photos } from "./parts/photos.js";
import { Region } from "./parts/region.js";
import { placed, prepared } from "./parts/sending.js";
import { abilities, adjust, Awake } from "./phone.js";
import { Stage } from "./stage.js";
import * as still from "./still.js";
import { Watch } from "./watch.js";

const $ = (id) => document.getElementById(id);
const video = $("video"), photo = $("photo"), sent = $("sent");
const FINE = 1600, USUAL = 960, STEP = 0.05, LATE_MS = 1000;

const state = {
  info: null, live: null, watch: null, file: null, stream: null, rate: [], url: "",
  entry: null, // the photo that is shown, one of the strip's
  cameras: [],
  choice: 0, // of cameras and files: the last one
  source: null, // the element that shows what goes on
  isPaused: false, reading: null, turn: 0, // of what stands: the last reading that was begun
};
const stage = new Stage($("stage"), $("overlay"), (point) => teach(point));
const numbers = new Numbers($("numbers"), {
  change(count) {
    $("empty").hidden = count > 0;
    $("taking").hidden = !count;
    document.body.classList.toggle("has-numbers", count > 0);
  },
  pick: (row) => showBox(row),
  said: (row) => ($("spoken").textContent = row.said === null ? `${row.read}, as read` : `corrected to ${row.said}`),
});
const photos = new Photos($("strip"), (entry) => showEntry(entry));
const region = new Region(stage, $("region-layer"), () => reread());
const teaching = new Teaching({
  chosen: (box) => (stage.chosen = box), named: (boxes) => (stage.named = boxes), end: endTeaching,
  taught: () => state.info.learn && learning.taught(), problem: note, view,
});
const learning = new Learning({ changed: () => reread(), problem: note });
const awake = new Awake();

const on = {
  record(record, taken, seen) {
    if (state.isPaused) return; // it is of a frame before the one that stands
    stage.take(record, taken, seen);
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

function say(record) {
  const texts = record.numbers.map((number) => number.text).join(", ");
  const label = texts ? `Picture with ${texts}` : "Picture without numbers";
  if ($("overlay").getAttribute("aria-label") !== label) $("overlay").setAttribute("aria-label", label);
}

/** Say in a word or two how the reading goes. */
function standing(text, isLive = false) {
  if ($("status").textContent !== text) $("status").textContent = text;
  $("status").classList.toggle("live", isLive);
}

/** Take away what was read of a picture that goes on: nothing says that it is still so. */
function forget() {
  state.rate = [];
  if (state.isPaused) return;
  stage.forget();
  $("overlay").setAttribute("aria-label", "Picture that is not read at the moment");
  standing("");
}

const failed = (error) => (error.status ? error.message : "camdigits does not answer. Is it still running?");

/** Count a reading; how many there are is told under Help. */
function count(taken) {
  const now = performance.now();
  state.rate = [...state.rate.filter((time) => now - time < 2000), now];
  const spans = performance.getEntriesByName("capture to overlay").slice(-30).map((entry) => entry.duration);
  if (performance.getEntriesByName("capture to overlay").length > 2000) performance.clearMeasures("capture to overlay");
  const delay = spans.length && taken !== null ? `, ${Math.round(spans.sort((a, b) => a - b)[Math.floor(spans.length / 2)])} ms from camera to box` : "";
  const rate = Math.round(state.rate.length / 2);
  $("figures").textContent = `${rate} ${rate === 1 ? "reading" : "readings"} a second${delay}.`;
  standing("Live", true);
}

function timeOf(event) {
  if (!state.file) return new Date().toLocaleTimeString();
  const seconds = event.time_s, minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}

// What is shown

function settle(kind) {
  const isShown = kind !== "none", isRead = isShown && kind !== "watch", isMoving = kind === "camera" || kind === "video";
  document.body.dataset.kind = kind;
  closeAll();
  expand(false);
  $("welcome").hidden = isShown;
  $("bar").hidden = !isShown;
  $("pause").hidden = kind === "photo";
  $("flip").hidden = $("camera-choice").hidden = true; // until the cameras are known
  for (const id of ["confidence-choice", "rotate-choice", "polarity-choice"]) $(id).hidden = !isRead;
  $("fine-choice").hidden = !isMoving;
  $("torch-choice").hidden = $("zoom-choice").hidden = true;
  $("settings").hidden = $("more").hidden = !isRead;
  $("teach").hidden = !state.info?.teach;
  name("stop", kind === "camera" || kind === "video" ? "Stop" : "Close", kind === "camera" || kind === "video" ? "stop" : "close");
  $("figures").textContent = "";
  standing("");
  for (const element of document.querySelectorAll("[data-needs=reading]")) element.classList.toggle("away", kind === "watch");
  for (const element of document.querySelectorAll("[data-needs=camera]")) element.hidden = Boolean(cameras.impossible());
  for (const element of document.querySelectorAll("[data-do=teach]")) element.hidden = !state.info?.teach;
  if (kind !== "photo") photos.mark(null);
  pause(false);
}

/** Give a button another word and icon. */
function name(id, text, icon) {
  $(id).querySelector("span").textContent = text;
  $(id).querySelector("use").setAttribute("href", `#i-${icon}`);
}

function stop() {
  if (teaching.isOn) teaching.end();
  region.leave();
  stage.region = null;
  $("region").setAttribute("aria-pressed", "false");
  state.live?.close();
  state.stream?.getTracks().forEach((track) => track.stop());
  video.removeAttribute("src");
  video.srcObject = null;
  if (state.url) URL.revokeObjectURL(state.url);
  numbers.mark([]);
  Object.assign(state, { live: null, stream: null, file: null, entry: null, url: "", rate: [], source: null, isPaused: false });
  state.turn += 1;
  performance.clearMeasures("capture to overlay");
}

function leave(text) {
  stop();
  photos.clear();
  stage.show(null);
  settle("none");
  tell(text);
}

/** Stop by hand: the camera's light goes out, the list stays. */
function close() {
  state.choice += 1;
  hush();
  leave("");
  $("start").focus({ preventScroll: true });
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
  state.live = new Live(video, nameOf(name), on, { asked: asked(), side: $("fine").checked ? FINE : USUAL });
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
  if (!state.stream) return;
  const own = cameras.idOf(state.stream);
  Object.assign(state, { cameras: found, camera: own });
  $("flip").hidden = found.length < 2;
  $("camera-choice").hidden = found.length < 2;
  $("camera").replaceChildren(...found.map(({ id, label }) => new Option(label, id, false, id === own)));
}

/** Take the next camera. */
function flip() {
  const at = state.cameras.findIndex(({ id }) => id === state.camera);
  startCamera(state.cameras[(at + 1) % state.cameras.length].id);
}

/** Show and read files: photos one after the other, then one video. */
async function openFiles(chosen) {
  if (state.watch) return note("This page shows the camera of camdigits run. camdigits serve reads photos and videos.");
  if (!chosen.length) return note("That is no file. Drop a photo or video.");
  const [pictures, videos] = files.parted([...chosen]), told = [];
  for (const file of [...pictures, ...videos.slice(0, 1)]) {
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
  let kind, record = null, shown = file;
  try {
    kind = await files.kindOf(file);
    // What the browser cannot show may be a picture all the same, which the server converts.
    if (kind === "photo" && !(await files.shows(file))) {
      record = await ask("v1/read", { method: "POST", query: { source: nameOf(file.name), ...asked(), ...(page && { page }) }, body: file });
      shown = await picture(file, page).catch(() => file);
    }
  } catch (error) {
    const count = page === null && /holds (\d+) pages/.exec(error.message);
    if (count && choice === state.choice) return openPages(file, Number(count[1]), choice);
    return error instanceof TypeError ? failed(error) : error.status ? named(error.message, file) : error.message;
  }
  if (choice !== state.choice) return;
  hush();
  stop();
  state.file = file;
  if (kind === "video") await openVideo(file);
  else await openPhoto({ file, page, record, shown, isSent: shown !== file, name: file.name + (page ? `, page ${page}` : "") });
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
  state.url = URL.createObjectURL(file);
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

/** Show a photo of the strip, or a new one, and read it unless its record is there. */
async function openPhoto(entry) {
  const isNew = !entry.url;
  entry.url ||= URL.createObjectURL(entry.shown);
  numbers.begin();
  numbers.photo = entry.rows ?? [];
  state.entry = entry;
  photo.src = entry.url;
  await photo.decode().catch(() => {});
  if (state.entry !== entry) return;
  await show(photo, "photo");
  if (isNew) photos.add(entry, photo);
  photos.mark(entry);
  if (isNew) return readStanding(entry.record);
  stage.take(entry.record, null);
  say(entry.record);
}

/** Show a photo of the strip again. */
async function showEntry(entry) {
  if (entry === state.entry || !entry.record) return;
  state.choice += 1;
  hush();
  stop();
  state.file = entry.file;
  await openPhoto(entry);
}

/** Show where a number of the list stands, if its picture is there. */
async function showBox(row) {
  const entry = photos.all.find(({ rows }) => rows?.includes(row));
  if (entry) await showEntry(entry);
  const at = entry ? entry.rows.indexOf(row) : -1;
  const find = (record) => (entry ? record?.numbers[at] : record?.numbers.find(({ id }) => id === row.id))?.box ?? null;
  const isKnown = entry ? state.entry === entry : !row.isRestored && numbers.rows.get(row.id) === row;
  if (!isKnown || !find(stage.record)) return note(`${row.said ?? row.read} is not in the picture. It was read there before.`);
  stage.pick = find;
  numbers.mark([row]);
  $("stage").scrollIntoView({ block: "nearest" });
}

async function openSample() {
  try {
    const answer = await fetch("sample.jpg");
    if (!answer.ok) return tell("The sample sheet is not there. Choose a photo instead.");
    await openFiles([new File([await answer.blob()], "sample.jpg", { type: "image/jpeg" })]);
  } catch (error) {
    tell(failed(error));
  }
}

// What stands: a photo, or a frame at a pause

/** Read what stands on the stage, and show that; a later call has the last word. */
function readStanding(known = null) {
  state.reading = readTurn((state.turn += 1), known);
  return state.reading;
}

async function readTurn(turn, known) {
  const isPhoto = stage.element === photo, { entry } = state;
  standing("Reading...");
  $("stage").setAttribute("aria-busy", "true");
  let status = "";
  try {
    const record = known ?? (await (isPhoto ? readPhoto(entry) : readStill($("still"))));
    if (turn !== state.turn) return;
    stage.take(record, null);
    say(record);
    if (isPhoto) status = takePhoto(entry, record);
  } catch (error) {
    if (turn !== state.turn) return;
    tell(isPhoto && error.status ? named(error.message, entry.file) : failed(error));
  } finally {
    $("sending").hidden = true;
  }
  $("stage").removeAttribute("aria-busy");
  standing(status || pauseText());
}

/** What holds for pictures that are sent to be read. */
const asked = () => (state.watch ? {} : { min_confidence: $("confidence").value, ...view() });

/** How pictures are looked at, where that is not as the server was started. */
function view() {
  if (state.watch || !state.info) return {};
  const own = (name) => ($(name).value === String(state.info[name]) ? {} : { [name]: $(name).value });
  return { ...own("rotate"), ...own("polarity") };
}

async function readStill(canvas) {
  if (!stage.region) return still.read(canvas, asked());
  const { body, way } = await prepared({ size: 0 }, canvas, [canvas.width, canvas.height], stage.region);
  return placed(await ask("v1/read", { method: "POST", query: asked(), body }), way);
}

/** Read a photo: the file itself, or what the region or its size leaves of it. */
async function readPhoto({ file, page, name, isSent }) {
  const isDrawn = photo.naturalWidth && (stage.region || !isSent);
  const { body, way } = isDrawn ? await prepared(file, photo, stage.size, stage.region) : { body: file, way: null };
  const query = { source: nameOf(file.name), ...asked(), ...(page && !way && { page }) };
  const record = placed(await ask("v1/read", { method: "POST", query, body, onProgress: (share) => sending(name, share) }), way);
  if (way && way.factor > 1) record.reduced = Math.max(record.reduced ?? 1, Number(way.factor.toFixed(2)));
  return page && way ? { ...record, page } : record;
}

/** Show how much of a picture is on its way. */
function sending(name, share) {
  $("sending").hidden = share >= 1;
  $("sending").querySelector("span").textContent = `Sending ${name}, ${Math.round(share * 100)} %`;
  $("sending").querySelector("progress").value = share;
}

/** Return what the server says of "the picture" with a file's name; here there may be several. */
const named = (text, file) => `${file.name}: ${text.replace(/^the picture: /, "")}`;

function takePhoto(entry, record) {
  const { file, name } = entry;
  entry.record = record;
  const texts = numbers.takePhoto(record, name);
  entry.rows = numbers.photo;
  $("spoken").textContent = texts || "No number was found on the photo";
  const told = [];
  if (!photo.naturalWidth) told.push(`This browser cannot show ${file.name}. It was read all the same.`);
  if (record.damage) told.push(named(record.damage, file));
  if (record.reduced) told.push(`${file.name} was made ${record.reduced} times smaller to be read. Small digits may be missed; a region is read more closely.`);
  tell(told.join(" "));
  return texts ? "" : "No number found";
}

/** Why the picture stands. */
function pauseText() {
  if (!state.isPaused || state.source === photo) return "";
  return state.source === video && video.ended ? "The video has ended" : "Paused";
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
  name("pause", hasEnded ? "Play again" : state.isPaused ? "Resume" : "Pause", state.isPaused ? "resume" : "pause");
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
  standing("");
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

/** Read anew, since how or what is read was changed. */
function reread() {
  $("region").setAttribute("aria-pressed", String(Boolean(stage.region)));
  state.live?.change({ asked: asked(), region: stage.region, side: $("fine").checked ? FINE : USUAL });
  if (state.live) numbers.begin();
  clearTimeout(state.rereading);
  if (stage.element === photo || state.isPaused) state.rereading = setTimeout(() => readStanding(), 150);
  else stage.forget();
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
  stage.named = [];
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
    record = await readStill(picture).catch((error) => tell(`The picture is saved without boxes. ${failed(error)}`));
  }
  save(await stage.snapshot(picture, size, record), "png");
  tellDone("snapshot", "Saved");
}

/** Say on a button for a moment that it was done. */
function tellDone(id, text) {
  const word = $(id).querySelector("span"), usual = (word.dataset.usual ??= word.textContent);
  $("spoken").textContent = text;
  word.textContent = text;
  setTimeout(() => (word.textContent = usual), 1500);
}

/** Show or hide the settings where there is little room. */
function expand(isOpen) {
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

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || $("keys").open) return;
  const { target, key } = event;
  if (key === "Escape" && (escape() || region.isChoosing)) return region.leave();
  if (target.closest("select, textarea, input[type=text]")) return;
  if (target.closest("input[type=range]") && /^(Arrow|Page|Home|End)/.test(key)) return;
  if (teaching.isOn && teaching.press(key, event.repeat)) return event.preventDefault();
  if (key === " " && target.closest("button, input:not([type=range]), summary")) return; // presses that
  const keys = { " ": "pause", s: "snapshot", m: "mirror", t: "teach", h: "help" };
  const button = keys[key] && $(keys[key]);
  if (key === "+" || key === "=") askFor(Number($("confidence").value) + STEP);
  else if (key === "-" || key === "_") askFor(Number($("confidence").value) - STEP);
  else if (button && !button.hidden && (key === "h" || !$("bar").hidden)) button.click();
  else return;
  event.preventDefault();
}

/**
 * Let go of what was pressed with a mouse or finger, so that Space pauses instead of pressing it again.
 * Whoever uses keys keeps the place.
 */
function release({ target }) {
  if (state.isPointed) target.closest("button, input:not([type=text])")?.blur();
}

function wire() {
  const acts = {
    camera: () => startCamera(), files: () => $("file").click(), sample: openSample,
    teach: () => teach(null), mirror, region: () => region.toggle(),
  };
  for (const button of document.querySelectorAll("[data-do]")) button.onclick = () => acts[button.dataset.do]();
  const clicks = {
    start: acts.camera, pause: () => pause(!state.isPaused), snapshot, flip, mirror, region: acts.region, teach: acts.teach, stop: close,
    clear: () => { numbers.clear(); photos.all.forEach((entry) => (entry.rows = [])); },
    copy: () => copy(numbers.text()).then(() => tellDone("copy", "Copied")),
    help: () => $("keys").showModal(),
    csv: () => save(new Blob([csv(numbers.records)], { type: "text/csv" }), "csv"),
    jsonl: () => save(new Blob([numbers.jsonl()], { type: "application/x-ndjson" }), "jsonl"),
  };
  for (const [id, act] of Object.entries(clicks)) $(id).onclick = act;
  menu($("sources"), $("sources-menu"));
  menu($("download"), $("download-menu"));
  menu($("more"), $("settings"), false, expand);
  $("file").onchange = ({ target }) => {
    if (target.files.length) openFiles(target.files);
    target.value = "";
  };
  for (const id of ["camera", "rotate", "polarity"]) {
    $(id).onchange = ({ target }) => {
      if (state.isPointed) target.blur();
      if (id === "camera") startCamera(target.value);
      else reread();
    };
  }
  $("confidence").oninput = ({ target }) => askFor(Number(target.value));
  $("torch").onchange = $("zoom").oninput = setLens;
  $("fine").onchange = reread;
  $("settings").onsubmit = (event) => event.preventDefault();
  video.addEventListener("resize", shape);
  document.addEventListener("keydown", press);
  document.addEventListener("click", release, true); // before a dialog remembers where it was opened from
  document.addEventListener("pointerdown", () => (state.isPointed = true), true);
  document.addEventListener("keydown", () => (state.isPointed = false), true);
  navigator.mediaDevices?.addEventListener?.("devicechange", () => state.stream && fillChooser());
  wireDrops();
}

/** Take files that are dropped on the page, or pasted. */
function wireDrops() {
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
  for (const name of ["rotate", "polarity"]) $(name).value = state.info[name];
  if (state.info.learn) learning.look();
  $("confidence").value = state.info.min_confidence;
  $("confidence-shown").textContent = `${Math.round(state.info.min_confidence * 100)} %`;
  if (state.info.watch) {
    state.watch = new Watch(sent, { ...on, record: (record) => { on.record(record, null); shape(); } });
    state.source = sent;
    stage.show(sent);
    return settle("watch");
  }
  $("start").hidden = Boolean(cameras.impossible());
  tell(cameras.impossible());
}

begin();
