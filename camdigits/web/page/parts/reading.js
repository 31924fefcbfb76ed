// What is sent to be read, and what becomes of the answer.

import { ask } from "../api.js";
import { Live } from "../live.js";
import * as still from "../still.js";
import { tell } from "./messages.js";
import { placed, prepared } from "./sending.js";
import { $, failed, FINE, numbers, on, photo, say, stage, standing, state, USUAL, video } from "./session.js";
import { orient, pauseText } from "./showing.js";

export async function read(name) {
  numbers.begin();
  state.live?.close();
  state.live = new Live(video, nameOf(name), on, { asked: asked(), side: $("fine").checked ? FINE : USUAL });
  follow(state.live);
}

/** Return a name as records may have it. */
export const nameOf = (name) => name.replace(/[^\x20-\x7e\u00a1-\uffff]/g, "").slice(0, 200);

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

/** Read what stands on the stage, and show that; a later call has the last word. */
export function readStanding(known = null) {
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
    orient(record);
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
export const asked = () => (state.watch ? {} : { min_confidence: $("confidence").value, ...view() });

/** How pictures are looked at, where that is not as the server was started. */
export function view() {
  if (state.watch || !state.info) return {};
  const own = (name) => ($(name).value === String(state.info[name]) ? {} : { [name]: $(name).value });
  return { ...own("rotate"), ...own("polarity") };
}

export async function readStill(canvas) {
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
export const named = (text, file) => `${file.name}: ${text.replace(/^the picture: /, "")}`;

function takePhoto(entry, record) {
  const { file, name } = entry;
  Object.assign(entry, { record, rotate: $("rotate").value });
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

/** Read anew, since how or what is read was changed. */
export function reread() {
  $("region").setAttribute("aria-pressed", String(Boolean(stage.region)));
  orient();
  state.live?.change({ asked: asked(), region: stage.region, side: $("fine").checked ? FINE : USUAL });
  if (state.live) numbers.goOn(stage.region);
  clearTimeout(state.rereading);
  if (stage.element === photo || state.isPaused) state.rereading = setTimeout(() => readStanding(), 150);
  else stage.forget();
}
