// Draws what was read over the picture, as often as the display shows a new one.

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
 * @param place where that picture lies: {x, y, width, height, mirror}, in pixels of the canvas
 * @param unit pixels of the canvas for one of the page
 * @param chosen a box that is drawn above all others, or null
 */
export function draw(context, record, place, unit, chosen = null) {
  const scale = place.width / record.size[0];
  const onto = ([x, y, w, h]) => {
    const left = place.mirror ? record.size[0] - x - w : x;
    return [place.x + left * scale, place.y + y * scale, w * scale, h * scale];
  };
  context.lineJoin = "round";
  // The dark edges of all before any colour, so that none covers its neighbour's.
  for (const { box } of record.digits) outline(context, onto(box), EDGE, 4 * unit, unit);
  for (const { box, confidence } of record.digits) {
    outline(context, onto(box), colours(confidence)[0], 2 * unit, unit);
  }
  for (const number of record.numbers) label(context, number, onto(number.box), place, unit);
  if (chosen) {
    outline(context, onto(chosen), EDGE, 7 * unit, unit);
    outline(context, onto(chosen), CHOSEN, 4 * unit, unit);
  }
}

function outline(context, [x, y, w, h], colour, width, unit) {
  const gap = 2 * unit;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(x - gap, y - gap, w + 2 * gap, h + 2 * gap);
}

function label(context, number, [x, y, w, h], place, unit) {
  const [ground, ink] = colours(number.confidence);
  const height = Math.max(14 * unit, Math.min(34 * unit, h * 0.45));
  context.font = `600 ${height * 0.78}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const width = context.measureText(number.text).width + height * 0.5;
  const right = place.x + place.width, gap = 5 * unit;
  let left = Math.max(place.x, Math.min(x - 3 * unit, right - width)), top = y - height - gap;
  if (top < place.y) {
    // No room above: beside the number if there is, else below it.
    const isBeside = x + w + gap + width <= right;
    [left, top] = isBeside ? [x + w + gap, Math.max(place.y, y)] : [left, y + h + gap];
  }
  context.fillStyle = ground;
  context.beginPath();
  context.roundRect(left, top, width, height, 4 * unit);
  context.fill();
  context.fillStyle = ink;
  context.fillText(number.text, left + height * 0.25, top + height * 0.53);
}
