// What single buttons do: teach, snapshot, mirror, ask for confidence.

import * as still from "../still.js";
import { save } from "./exports.js";
import { tell } from "./messages.js";
import { readStanding, readStill } from "./reading.js";
import { $, failed, photo, stage, state, teaching } from "./session.js";
import { pause } from "./showing.js";

/** Begin to teach, or mark what is at a point: [x, y], 0 to 1 across and down the picture. */
export async function teach(point) {
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

export function endTeaching() {
  stage.chosen = null;
  stage.named = [];
  $("teach").setAttribute("aria-pressed", "false");
  if (state.isPaused && !state.wasPaused) pause(false);
  state.before?.focus({ preventScroll: true });
  state.before = null;
}

/** Save the picture of this moment, with what is read on just that. */
export async function snapshot() {
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
export function tellDone(id, text) {
  const word = $(id).querySelector("span"), usual = (word.dataset.usual ??= word.textContent);
  $("spoken").textContent = text;
  word.textContent = text;
  setTimeout(() => (word.textContent = usual), 1500);
}

/** Show or hide the settings where there is little room. */
export function expand(isOpen) {
  $("settings").classList.toggle("open", isOpen);
}

export function mirror() {
  stage.mirror = !stage.mirror;
  $("stage").classList.toggle("mirrored", stage.mirror);
  $("mirror").setAttribute("aria-pressed", String(stage.mirror));
}

export function askFor(confidence) {
  const value = Math.min(1, Math.max(0, Math.round(confidence * 100) / 100));
  $("confidence").value = value;
  $("confidence-shown").textContent = `${Math.round(value * 100)} %`;
  state.live?.ask(value);
  clearTimeout(state.rereading);
  if (stage.element === photo || state.isPaused) state.rereading = setTimeout(() => readStanding(), 150);
}
