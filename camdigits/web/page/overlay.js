// Draws what was read over the picture, as often as the display shows a new one.

import { turnedBox, turnedSize } from "./parts/turn.js";

const LEAST = 11; // pixels of the page that a label is high
const COVERED = 0.02; // of a digit's box that a label may cover
const SMALL = 26; // pixels of the page: digits that are lower have no boxes of their own, their number has one
const NARROW = 640; // pixels of the page: on pictures that are narrower boxes are hairlines
const SURE = "#0072b2", FAIR = "#e69f00", DOUBTFUL = "#d55e00", CHOSEN = "#ffffff", EDGE = "rgba(0, 0, 0, .55)";

/** Return the colour of a confidence, and that of letters on it. */
export function colours(confidence) {
  if (confidence >= 0.9) return [SURE, "#fff"];
  return confidence >= 0.7 ? [FAIR, "#000"] : [DOUBTFUL, "#fff"];
}

/** Where a picture lies in an area that it fills as far as its shape allows. */
export function fit(width, height, areaWidth, areaHeight) {
  const scale = Math.min(areaWidth / width, areaHeight / height);
  return { scale, x: (areaWidth - width * scale) / 2, y: (areaHeight - height * scale) / 2 };
}

/**
 * Draw a frame record.
 *
 * @param context of a canvas
 * @param record what was read; its boxes are in pixels of a picture of record.size
 * @param place where that picture lies: {x, y, width, height, mirror, turn}, in pixels of the canvas; it is turned
 *   clockwise by so many degrees, then mirrored
 * @param unit pixels of the canvas for one of the page
 * @param marks {chosen: a box that is drawn above all others, or null; named: boxes that an answer was given to}
 */
export function draw(context, record, place, unit, { chosen = null, named = [] } = {}) {
  const turn = place.turn ?? 0, across = turnedSize(record.size, turn)[0], scale = place.width / across;
  const onto = (part) => {
    const [x, y, w, h] = turnedBox(part, record.size, turn), left = place.mirror ? across - x - w : x;
    return [place.x + left * scale, place.y + y * scale, w * scale, h * scale];
  };
  context.lineJoin = "round";
  const boxes = record.digits.map(({ box }) => onto(box));
  const line = place.width < NARROW * unit ? 0.6 : 1;
  const outlined = outlines(record, boxes, unit).map(({ box, polygon, confidence }) => {
    return { box: onto(box), corners: polygon?.map(([x, y]) => onto([x, y, 0, 0])), colour: colours(confidence)[0] };
  });
  // The dark edges of all before any colour, so that none covers its neighbour's.
  for (const { box, corners } of outlined) outline(context, box, EDGE, 2 * line, unit, corners);
  for (const { box, corners, colour } of outlined) outline(context, box, colour, line, unit, corners);
  const taken = [];
  for (const number of record.numbers) label(context, number, onto(number.box), { place, boxes, taken }, unit);
  for (const box of named) tick(context, onto(box), unit);
  if (chosen) {
    outline(context, onto(chosen), EDGE, 3.5, unit);
    outline(context, onto(chosen), CHOSEN, 2, unit);
  }
}

/** What is outlined: digits, or numbers where their digits are too small for boxes of their own. */
function outlines({ digits, numbers }, boxes, unit) {
  const small = numbers.filter(({ digits: places }) => places?.length && places.every((at) => boxes[at] && boxes[at][3] < SMALL * unit));
  const within = new Set(small.flatMap((number) => number.digits));
  return [...small, ...digits.filter((_, at) => !within.has(at))];
}

/** Tick a digit off at its corner. */
function tick(context, [x, y, w], unit) {
  const size = 7 * unit;
  context.fillStyle = "#1f7a45";
  context.beginPath();
  context.arc(x + w, y, size, 0, 7);
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = 1.8 * unit;
  context.beginPath();
  for (const [right, down] of [[-0.45, 0], [-0.1, 0.35], [0.5, -0.35]]) context.lineTo(x + w + right * size, y + down * size);
  context.stroke();
}

/** Draw a box around a digit, or its corners if it lies slanted, with lines that are thinner where it is small. */
function outline(context, [x, y, w, h], colour, weight, unit, corners = null) {
  const thin = Math.min(1, Math.max(w, h) / (30 * unit));
  const gap = (1 + thin) * unit;
  context.strokeStyle = colour;
  context.lineWidth = weight * (1 + thin) * unit;
  if (!corners) return context.strokeRect(x - gap, y - gap, w + 2 * gap, h + 2 * gap);
  context.beginPath();
  for (const [left, top] of corners) context.lineTo(left, top);
  context.closePath();
  context.stroke();
}

/**
 * Write a number beside its digits where it covers no others; where there is no such place it is left
 * out, since the list has it.
 *
 * @param around {place, boxes, taken}: the picture, the digits' boxes, and the labels so far, which gets this one
 */
function label(context, number, box, around, unit) {
  const [ground, ink] = colours(number.confidence);
  const spot = room(context, number.text, box, around, unit);
  if (!spot) return;
  const [left, top, width, height] = spot;
  around.taken.push(spot);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = ground;
  context.beginPath();
  context.roundRect(left, top, width, height, Math.min(4 * unit, height / 4));
  context.fill();
  context.fillStyle = ink;
  context.fillText(number.text, left + height * 0.25, top + height * 0.53);
}

/** Find room for a label, [x, y, width, height], and set its font; null if there is none. */
function room(context, text, [x, y, w, h], { place, boxes, taken }, unit) {
  const usual = Math.max(LEAST * unit, Math.min(34 * unit, h * 0.45));
  for (const height of new Set([usual, Math.max(LEAST * unit, usual * 0.7), LEAST * unit])) {
    context.font = `600 ${height * 0.78}px system-ui, sans-serif`;
    const width = context.measureText(text).width + height * 0.5;
    const right = place.x + place.width, bottom = place.y + place.height;
    const gap = Math.min(5 * unit, height * 0.3);
    const left = Math.max(place.x, Math.min(x - 3 * unit, right - width));
    const level = Math.max(place.y, Math.min(y + (h - height) / 2, bottom - height));
    const spots = [[left, y - height - gap], [x + w + gap, level], [left, y + h + gap], [x - gap - width, level]];
    // Of a number that fills the picture a little is covered.
    if (h > place.height / 2) spots.push([left, place.y]);
    for (const [at, top] of spots) {
      const spot = [at, top, width, height];
      const isInside = at >= place.x && at + width <= right && top >= place.y && top + height <= bottom;
      if (isInside && !taken.some((other) => shared(spot, other)) && !boxes.some((other) => shared(spot, other) > COVERED)) return spot;
    }
  }
  return null;
}

/** Which share of a box another one covers. */
function shared([x, y, w, h], [left, top, width, height]) {
  const across = Math.min(x + w, left + width) - Math.max(x, left);
  const down = Math.min(y + h, top + height) - Math.max(y, top);
  return across > 0 && down > 0 ? (across * down) / (width * height) : 0;
}
