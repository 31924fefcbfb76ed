// The picture, and over it what was read.

import { draw, fit } from "./overlay.js";
import { differs, look } from "./parts/change.js";
import { turnedBox, turnedPoint, turnedSize } from "./parts/turn.js";
import { taken } from "./still.js";

const MOTION_MS = 250; // boxes are moved on for so long with the picture, as the last readings moved
const OLD_MS = 350, FADE_MS = 400; // boxes of a frame that old fade once the picture looks another way
const LOOK_MS = 150;
const STILL = 0.03; // of the picture's width a second: slower than that is a hand that shakes

export class Stage {
  /** @param onPoint called with [x, y], 0 to 1 across and down the picture */
  constructor(box, overlay, onPoint) {
    this.box = box;
    this.overlay = overlay;
    this.context = overlay.getContext("2d");
    this.element = null;
    this.mirror = false;
    this.turn = 0; // degrees clockwise that the picture is shown turned by: 0, 90, 180 or 270
    this.region = null; // the part that is read alone, {x, y, w, h} from 0 to 1 of the picture
    this.named = []; // boxes that were ticked off
    this.forget();
    overlay.addEventListener("click", (event) => {
      const point = this.pointAt(event);
      if (point) onPoint(point);
    });
    const loop = () => {
      this.paint();
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
  }

  /** Show one of the elements that lie below the overlay: a video, a photo, a canvas; null for none. */
  show(element) {
    for (const other of this.box.querySelectorAll("video, img, canvas:not(.overlay)")) other.hidden = other !== element;
    this.element = element;
    this.forget();
  }

  /** Show the picture turned, with all that is drawn on it; records and regions stay those of the picture as it is. */
  orient(turn) {
    this.turn = turn;
    this.box.style.setProperty("--turn", `${turn}deg`);
    this.box.classList.toggle("sideways", turn % 180 !== 0);
  }

  forget() {
    this.record = this.chosen = this.last = this.pick = null;
    this.named = [];
    this.velocity = [0, 0];
    this.sent = this.seen = this.changed = null;
    this.drawn = "";
  }

  /**
   * Take what was read.
   *
   * @param sent when the frame was taken; null for a picture that stands
   * @param seen how it looked, of `look`
   */
  take(record, sent, seen = null) {
    this.velocity = sent === null ? [0, 0] : moved(this.last, { record, sent });
    this.last = { record, sent };
    this.record = record;
    this.sent = this.measured = sent;
    this.seen = seen;
    this.changed = null;
    this.looked = 0;
    this.drawn = "";
  }

  get size() {
    const { element } = this;
    if (!element) return [0, 0];
    if (element instanceof HTMLVideoElement) return [element.videoWidth, element.videoHeight];
    return [element.naturalWidth ?? element.width, element.naturalHeight ?? element.height];
  }

  /** What the picture measures as it is shown, [width, height]. */
  get shownSize() {
    return turnedSize(this.size, this.turn);
  }

  /** Where the picture lies in the overlay, in pixels of the page; null if there is none. */
  get place() {
    const [width, height] = turnedSize(this.record?.size ?? this.size, this.turn);
    if (!width || !height) return null;
    const { clientWidth, clientHeight } = this.overlay;
    const { scale, x, y } = fit(width, height, clientWidth, clientHeight);
    return { x, y, width: width * scale, height: height * scale, mirror: this.mirror, turn: this.turn };
  }

  /** Where in the picture a press was, [x, y] from 0 to 1; null beside it, or the nearest place in it. */
  pointAt(event, isNearest = false) {
    const { place } = this;
    if (!place) return isNearest ? [0, 0] : null;
    const area = this.overlay.getBoundingClientRect();
    let x = (event.clientX - area.left - place.x) / place.width;
    const y = (event.clientY - area.top - place.y) / place.height;
    if (place.mirror) x = 1 - x;
    const point = turnedPoint([x, y], [1, 1], (360 - place.turn) % 360);
    if (isNearest) return point.map((value) => Math.min(1, Math.max(0, value)));
    return point.some((value) => value < 0 || value >= 1) ? null : point;
  }

  /** Draw the overlay, unless it would look as it does. */
  paint() {
    const { overlay, context, record } = this;
    const unit = window.devicePixelRatio || 1;
    const width = Math.round(overlay.clientWidth * unit), height = Math.round(overlay.clientHeight * unit);
    const isMoving = this.velocity[0] || this.velocity[1];
    const { strength } = this, chosen = this.chosen ?? this.pick?.(record) ?? null;
    const look = [width, height, this.mirror, this.turn, chosen, strength, JSON.stringify(this.region), this.named.length].join(" ");
    if (look === this.drawn && !isMoving) return;
    if (overlay.width !== width || overlay.height !== height) Object.assign(overlay, { width, height });
    else context.clearRect(0, 0, width, height);
    this.drawn = look;
    const { place } = this;
    if (!place) return;
    for (const name of ["x", "y", "width", "height"]) place[name] *= unit;
    if (this.region) shade(context, this.region, place, unit);
    if (!record) return;
    this.carry(place);
    context.globalAlpha = strength;
    draw(context, record, place, unit, { chosen, named: this.named });
    context.globalAlpha = 1;
    if (this.measured !== null) {
      performance.measure("capture to overlay", { start: this.measured, end: performance.now() });
      this.measured = null;
    }
  }

  /** How strongly boxes are drawn, 0 to 1 in tenths: on a slow line they would lie over other digits. */
  get strength() {
    const now = performance.now();
    if (this.sent === null || !this.seen || now - this.sent < OLD_MS) return 1;
    if (this.changed === null && now - this.looked > LOOK_MS && this.size[0]) {
      this.looked = now;
      if (differs(this.seen, look(this.element))) this.changed = now;
    }
    return this.changed === null ? 1 : Math.round(10 * Math.max(0, 1 - (now - this.changed) / FADE_MS)) / 10;
  }

  /** Move a place on, as the picture moved since the frame was taken. */
  carry(place) {
    if (this.sent === null) return;
    const passed = Math.min(MOTION_MS, performance.now() - this.sent);
    const scale = (place.width / turnedSize(this.record.size, place.turn)[0]) * passed;
    const [across, down] = turnedPoint(this.velocity, [0, 0], place.turn);
    place.x += across * scale * (place.mirror ? -1 : 1);
    place.y += down * scale;
  }

  /** The picture that stands as a PNG, as large as the one that was read. */
  picture() {
    const canvas = taken(this.element, this.record.size);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  /**
   * Return a marked picture as a PNG, turned and mirrored as it is shown.
   *
   * @param picture an element of this size, [width, height]
   * @param record what was read on it, or null
   */
  snapshot(picture, size, record) {
    const { turn } = this, [width, height] = turnedSize(size, turn);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.save();
    if (this.mirror) {
      context.translate(width, 0);
      context.scale(-1, 1);
    }
    context.translate(width / 2, height / 2);
    context.rotate((turn * Math.PI) / 180);
    context.drawImage(picture, -size[0] / 2, -size[1] / 2, ...size);
    context.restore();
    const place = { x: 0, y: 0, width, height, mirror: this.mirror, turn };
    if (record) draw(context, record, place, Math.max(1, width / 900));
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }
}

/** Darken what is not read. */
function shade(context, region, place, unit) {
  const [x, y, w, h] = turnedBox([region.x, region.y, region.w, region.h], [1, 1], place.turn);
  const left = place.x + (place.mirror ? 1 - x - w : x) * place.width, top = place.y + y * place.height;
  context.save();
  context.beginPath();
  context.rect(place.x, place.y, place.width, place.height);
  context.rect(left, top, w * place.width, h * place.height);
  context.fillStyle = "rgba(0, 0, 0, .5)";
  context.fill("evenodd");
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5 * unit;
  context.setLineDash([6 * unit, 4 * unit]);
  context.strokeRect(left, top, w * place.width, h * place.height);
  context.restore();
}

/** How fast the digits moved from one reading to the next, [x, y] in pixels a millisecond. */
function moved(last, now) {
  if (!last || last.sent === null || last.record.size[0] !== now.record.size[0]) return [0, 0];
  const before = new Map(last.record.digits.map((digit) => [digit.track, digit.box]));
  const steps = now.record.digits
    .filter((digit) => digit.track !== null && before.has(digit.track))
    .map(({ track, box }) => {
      const [x, y, w, h] = before.get(track);
      return [box[0] + box[2] / 2 - x - w / 2, box[1] + box[3] / 2 - y - h / 2];
    });
  const passed = now.sent - last.sent;
  if (!steps.length || passed <= 0) return [0, 0];
  const velocity = [0, 1].map((axis) => median(steps.map((step) => step[axis])) / passed);
  return Math.hypot(...velocity) * 1000 < STILL * now.record.size[0] ? [0, 0] : velocity;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
