// Pictures that are shown turned by right angles, as they are read: where what is on them lies then.

/** Return the right angle nearest to so many degrees: 0, 90, 180 or 270. */
export const rightAngle = (degrees) => (Math.round(degrees / 90) * 90) % 360;

/** Return what a picture of a size, [width, height], measures once it is turned. */
export const turnedSize = ([width, height], turn) => (turn % 180 ? [height, width] : [width, height]);

/**
 * Return a point, [x, y], of a picture on the one that is turned.
 *
 * @param size of the picture before, [width, height]
 * @param turn degrees clockwise: 0, 90, 180 or 270
 */
export function turnedPoint([x, y], [width, height], turn) {
  return { 0: [x, y], 90: [height - y, x], 180: [width - x, height - y], 270: [y, width - x] }[turn];
}

/** Return a box, [x, y, width, height], of a picture on the one that is turned, as `turnedPoint` does a point. */
export function turnedBox([x, y, w, h], size, turn) {
  const [left, top] = turnedPoint([x, y], size, turn), [right, bottom] = turnedPoint([x + w, y + h], size, turn);
  return [Math.min(left, right), Math.min(top, bottom), Math.abs(right - left), Math.abs(bottom - top)];
}
