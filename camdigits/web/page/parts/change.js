// Whether a picture that goes on still looks as it did: a small grey copy of it tells.

const WIDTH = 48, HEIGHT = 36;
const MOVED = 16; // grey levels, 0 to 255, that a place of the copy may differ by, beside what all of them do
const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
context.imageSmoothingQuality = "medium"; // "low" leaves pixels out, and fine strokes flicker

/** Return the brightness of what an element shows, a place for each part of it. */
export function look(element) {
  context.drawImage(element, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  return Float32Array.from({ length: WIDTH * HEIGHT }, (_, at) => 0.3 * data[4 * at] + 0.6 * data[4 * at + 1] + 0.1 * data[4 * at + 2]);
}

/** Whether two looks differ by more than light and noise. */
export function differs(one, other) {
  const steps = one.map((value, at) => value - other[at]);
  const usual = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return steps.some((step) => Math.abs(step - usual) > MOVED);
}
