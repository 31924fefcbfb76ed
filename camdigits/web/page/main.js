// The page: what its buttons and keys do.

import { ask } from "./api.js";
import * as cameras from "./cameras.js";
import { askFor, expand, mirror, snapshot, teach, tellDone } from "./parts/acts.js";
import { copy, csv, save } from "./parts/exports.js";
import { escape, menu } from "./parts/menus.js";
import { tell } from "./parts/messages.js";
import { fillChooser, flip, openFiles, openSample, setLens, startCamera } from "./parts/opening.js";
import { reread } from "./parts/reading.js";
import { $, failed, learning, numbers, on, photos, region, sent, stage, state, STEP, teaching, video } from "./parts/session.js";
import { close, name, pause, settle, shape } from "./parts/showing.js";
import { Watch } from "./watch.js";

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
