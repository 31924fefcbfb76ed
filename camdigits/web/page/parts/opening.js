// Cameras, photos, documents and videos are opened, and photos of the strip shown again.

import { ask, picture } from "../api.js";
import * as cameras from "../cameras.js";
import * as files from "../files.js";
import { abilities, adjust } from "../phone.js";
import { hush, note, tell } from "./messages.js";
import { asked, named, nameOf, read, readStanding } from "./reading.js";
import { $, failed, LATE_MS, numbers, photo, photos, say, stage, state, video } from "./session.js";
import { leave, orient, pause, show, stop } from "./showing.js";

export async function startCamera(id) {
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

export async function setLens() {
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

export async function fillChooser() {
  const found = await cameras.list();
  if (!state.stream) return;
  const own = cameras.idOf(state.stream);
  Object.assign(state, { cameras: found, camera: own });
  $("flip").hidden = found.length < 2;
  $("camera-choice").hidden = found.length < 2;
  $("camera").replaceChildren(...found.map(({ id, label }) => new Option(label, id, false, id === own)));
}

/** Take the next camera. */
export function flip() {
  const at = state.cameras.findIndex(({ id }) => id === state.camera);
  startCamera(state.cameras[(at + 1) % state.cameras.length].id);
}

/** Show and read files: photos one after the other, then one video. */
export async function openFiles(chosen) {
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
  if (!isNew) $("rotate").value = entry.rotate; // it is shown as it was read
  await photo.decode().catch(() => {});
  if (state.entry !== entry) return;
  await show(photo, "photo");
  if (isNew) photos.add(entry, photo);
  photos.mark(entry);
  if (isNew) return readStanding(entry.record);
  stage.take(entry.record, null);
  orient(entry.record);
  say(entry.record);
}

/** Show a photo of the strip again. */
export async function showEntry(entry) {
  if (entry === state.entry || !entry.record) return;
  state.choice += 1;
  hush();
  stop();
  state.file = entry.file;
  await openPhoto(entry);
}

/** Show where a number of the list stands, if its picture is there. */
export async function showBox(row) {
  const entry = photos.all.find(({ rows }) => rows?.includes(row));
  if (entry) await showEntry(entry);
  const at = entry ? entry.rows.indexOf(row) : -1;
  const own = numbers.idOf(row); // of a camera or video
  const find = (record) => (entry ? record?.numbers[at] : record?.numbers.find(({ id }) => id === own))?.box ?? null;
  const isKnown = entry ? state.entry === entry : own !== undefined;
  if (!isKnown || !find(stage.record)) return note(`${row.said ?? row.read} is not in the picture. It was read there before.`);
  stage.pick = find;
  numbers.mark([row]);
  $("stage").scrollIntoView({ block: "nearest" });
}

export async function openSample() {
  try {
    const answer = await fetch("sample.jpg");
    if (!answer.ok) return tell("The sample sheet is not there. Choose a photo instead.");
    await openFiles([new File([await answer.blob()], "sample.jpg", { type: "image/jpeg" })]);
  } catch (error) {
    tell(failed(error));
  }
}
