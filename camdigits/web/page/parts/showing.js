// What is shown: which source, its buttons, whether it goes on or stands.

import * as cameras from "../cameras.js";
import * as still from "../still.js";
import { expand } from "./acts.js";
import { closeAll } from "./menus.js";
import { hush, tell } from "./messages.js";
import { read, readStanding } from "./reading.js";
import { $, awake, numbers, photo, photos, region, stage, standing, state, teaching, video } from "./session.js";
import { rightAngle } from "./turn.js";

export function settle(kind) {
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
export function name(id, text, icon) {
  $(id).querySelector("span").textContent = text;
  $(id).querySelector("use").setAttribute("href", `#i-${icon}`);
}

export function stop() {
  if (teaching.isOn) teaching.end();
  region.leave();
  stage.region = null;
  stage.orient(0);
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

export function leave(text) {
  stop();
  photos.clear();
  stage.show(null);
  settle("none");
  tell(text);
}

/** Stop by hand: the camera's light goes out, the list stays. */
export function close() {
  state.choice += 1;
  hush();
  leave("");
  $("start").focus({ preventScroll: true });
}

export async function show(element, kind) {
  state.source = element;
  stage.show(element);
  settle(kind);
  orient();
  if (element === video) await video.play().catch(() => {});
  shape();
}

/**
 * Show the picture turned as it is read: as it is asked for, or as a reading found out.
 *
 * @param record that reading; null before there is one
 */
export function orient(record = null) {
  const { value } = $("rotate"), isGoingOn = state.source !== photo && !state.isPaused;
  let { turn } = stage;
  if (state.watch) turn = 0; // its pictures come turned
  else if (value !== "auto") turn = value === "level" ? 0 : Number(value);
  // What goes on stays as it was while nothing is seen on it.
  else if (record && (record.digits.length || !isGoingOn)) turn = rightAngle(record.rotate);
  if (turn !== stage.turn) stage.orient(turn);
  if (state.source === photo) photos.orient(state.entry, turn);
  shape();
}

/** Give the stage the shape of the picture, as it is shown. */
export function shape() {
  const [width, height] = stage.shownSize;
  const shape = `${width} / ${height}`, { style } = $("stage");
  if (width && height && style.getPropertyValue("--shape") !== shape) style.setProperty("--shape", shape);
}

/** Why the picture stands. */
export function pauseText() {
  if (!state.isPaused || state.source === photo) return "";
  return state.source === video && video.ended ? "The video has ended" : "Paused";
}

export function pause(isPaused) {
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
