// What is sent of a picture: all of it or a part, smaller if it is very large; and its record, moved back.

const MOST_PIXELS = 20e6, MOST_BYTES = 8 * 2 ** 20, LONGEST = 4096, QUALITY = 0.92;
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

/**
 * Draw a part of a picture on a canvas.
 *
 * @param picture what can be drawn, of this size, [width, height]
 * @param region the part, {x, y, w, h} from 0 to 1; null for all
 * @param longest pixels of the longer side at most
 * @returns how boxes of the drawn one are moved to those of the whole: {factor, dx, dy, size}
 */
export function drawPart(picture, [width, height], region, longest, canvas) {
  const { x, y, w, h } = region ?? WHOLE;
  const part = [x * width, y * height, Math.max(1, w * width), Math.max(1, h * height)];
  const scale = Math.min(1, longest / Math.max(part[2], part[3]));
  const drawn = [Math.max(1, Math.round(part[2] * scale)), Math.max(1, Math.round(part[3] * scale))];
  if (canvas.width !== drawn[0] || canvas.height !== drawn[1]) Object.assign(canvas, { width: drawn[0], height: drawn[1] });
  canvas.getContext("2d", { alpha: false }).drawImage(picture, ...part, 0, 0, ...drawn);
  return { factor: 1 / scale, dx: part[0], dy: part[1], size: [width, height] };
}

/**
 * Return what is sent of a photo, {body, way}: the file itself, way null, unless a part is asked for or it is
 * very large.
 *
 * @param picture shows the photo; its size is [width, height]
 */
export async function prepared(file, picture, size, region) {
  const isLarge = size[0] * size[1] > MOST_PIXELS || file.size > MOST_BYTES;
  if (!region && !isLarge) return { body: file, way: null };
  const canvas = document.createElement("canvas");
  const way = drawPart(picture, size, region, LONGEST, canvas);
  const body = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return body ? { body, way } : { body: file, way: null };
}

/** Return a record whose boxes are moved: those of a part or of a smaller picture become those of the whole. */
export function placed(record, way) {
  if (!way) return record;
  const moved = ([x, y]) => [Math.round(x * way.factor + way.dx), Math.round(y * way.factor + way.dy)];
  const walk = (value, key) => {
    if (key === "box") return [...moved(value), ...value.slice(2).map((side) => Math.round(side * way.factor))];
    if (key === "polygon") return value.map(moved);
    if (Array.isArray(value)) return value.map((each) => walk(each));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
    return value;
  };
  return { ...walk(record), ...(record.size && { size: way.size }) };
}
