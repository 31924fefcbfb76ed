// A frame that stands, and is read by itself: what is marked on it is on it.

import { ask } from "./api.js";

const LONGEST = 1920, QUALITY = 0.95;

/** Return a canvas with what an element shows now. */
export function taken(element, [width, height], canvas = document.createElement("canvas")) {
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(element, 0, 0, width, height);
  return canvas;
}

/** Have a picture read, and return its frame record.  Throws what `ask` throws. */
export async function read(canvas, query) {
  const scale = Math.min(1, LONGEST / Math.max(canvas.width, canvas.height));
  const size = [canvas.width, canvas.height].map((side) => Math.max(1, Math.round(side * scale)));
  const sent = scale < 1 ? taken(canvas, size) : canvas;
  const body = await new Promise((done) => sent.toBlob(done, "image/jpeg", QUALITY));
  return ask("v1/read", { method: "POST", query, body });
}
