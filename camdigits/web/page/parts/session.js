// What the page is made of and what it remembers; and what is told of the reading.

import { Numbers } from "../numbers.js";
import { Awake } from "../phone.js";
import { Stage } from "../stage.js";
import { Teaching } from "../teaching.js";
import { endTeaching, teach } from "./acts.js";
import { Learning } from "./learning.js";
import { note, tell } from "./messages.js";
import { showBox, showEntry } from "./opening.js";
import { Photos } from "./photos.js";
import { reread, view } from "./reading.js";
import { Region } from "./region.js";
import { orient } from "./showing.js";

export const $ = (id) => document.getElementById(id);
export const video = $("video"), photo = $("photo"), sent = $("sent");

export const FINE = 1600, USUAL = 960, STEP = 0.05, LATE_MS = 1000;

export const state = {
  info: null, live: null, watch: null, file: null, stream: null, rate: [], url: "",
  entry: null, // the photo that is shown, one of the strip's
  cameras: [],
  choice: 0, // of cameras and files: the last one
  source: null, // the element that shows what goes on
  isPaused: false, reading: null, turn: 0, // of what stands: the last reading that was begun
};

export const stage = new Stage($("stage"), $("overlay"), (point) => teach(point));

export const numbers = new Numbers($("numbers"), {
  change(count) {
    $("empty").hidden = count > 0;
    $("taking").hidden = !count;
    document.body.classList.toggle("has-numbers", count > 0);
  },
  pick: (row) => showBox(row),
  problem: note,
  said: (row) => ($("spoken").textContent = row.said === null ? `${row.read}, as read` : `corrected to ${row.said}`),
});

export const photos = new Photos($("strip"), (entry) => showEntry(entry));

export const region = new Region(stage, $("region-layer"), () => reread());

export const teaching = new Teaching({
  chosen: (box) => (stage.chosen = box), named: (boxes) => (stage.named = boxes), end: endTeaching,
  taught: () => state.info.learn && learning.taught(), problem: note, view,
});

export const learning = new Learning({ changed: () => reread(), problem: note });

export const awake = new Awake();

export const on = {
  record(record, taken, seen) {
    numbers.look(record);
    if (state.isPaused) return; // it is of a frame before the one that stands
    stage.take(record, taken, seen);
    orient(record);
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
    else if (state.live) numbers.goOn(stage.region); // ids begin anew
  },
  ended(text) {
    forget();
    awake.want(false);
    tell(`camdigits has ended${text ? `: ${text}` : ""}. Start it again, then load this page anew.`);
  },
};

export function say(record) {
  const texts = record.numbers.map((number) => number.text).join(", ");
  const label = texts ? `Picture with ${texts}` : "Picture without numbers";
  if ($("overlay").getAttribute("aria-label") !== label) $("overlay").setAttribute("aria-label", label);
}

/** Say in a word or two how the reading goes. */
export function standing(text, isLive = false) {
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

export const failed = (error) => (error.status ? error.message : "camdigits does not answer. Is it still running?");

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
  // Of a camera that others watch, too, the server tells when it was; of its video, where.
  if (!state.file && (event.clock || !state.info?.watch)) return new Date(event.clock ?? Date.now()).toLocaleTimeString();
  const seconds = event.time_s, minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}
