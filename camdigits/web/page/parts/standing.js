// Numbers that stood in a picture when it began to be read another way: which of them stand there still.

const SAME = 0.3, OTHER = 0.6; // intersection over union of places, of the same text and of another
const LOOKS = 10, TIME_S = 5; // what was not told again by then does not stand there any more

export class Standing {
  constructor() {
    this.rows = []; // {place: [x, y, w, h] from 0 to 1 of the picture, read: its text}
    this.begin(null);
  }

  /**
   * Begin to read another way.
   *
   * @param region the part that is read from now on, {x, y, w, h} from 0 to 1 of the picture; null for all
   * @param rows that stand there, beside those that are waited for already
   */
  begin(region, rows = []) {
    this.rows.push(...rows);
    Object.assign(this, { region, looks: 0, begin_s: null });
  }

  /** Take the time of the next record, in seconds; returns the rows that were waited for in vain. */
  look(time_s) {
    this.looks += 1;
    this.begin_s ??= time_s;
    if (!this.rows.length || this.looks < LOOKS || time_s - this.begin_s < TIME_S) return [];
    const missed = this.rows.filter(({ place }) => this.isRead(place));
    this.drop(missed);
    return missed;
  }

  /** Whether the middle of a place is in the part that is read. */
  isRead([left, top, width, height]) {
    const { x, y, w, h } = this.region ?? { x: 0, y: 0, w: 1, h: 1 };
    const across = left + width / 2 - x, down = top + height / 2 - y;
    return across >= 0 && across <= w && down >= 0 && down <= h;
  }

  /** Return the row that a number is, which is waited for no more; undefined if it is a new one. */
  take(place, text) {
    const shares = new Map(this.rows.map((row) => [row, shared(row.place, place)]));
    const fitting = this.rows.filter((row) => shares.get(row) >= (row.read === text ? SAME : OTHER));
    const [row] = fitting.sort((one, other) => shares.get(other) - shares.get(one));
    if (row) this.drop([row]);
    return row;
  }

  drop(rows) {
    this.rows = this.rows.filter((row) => !rows.includes(row));
  }
}

/** Intersection over union of two boxes. */
function shared([x, y, w, h], [left, top, width, height]) {
  const across = Math.min(x + w, left + width) - Math.max(x, left);
  const down = Math.min(y + h, top + height) - Math.max(y, top);
  const both = Math.max(0, across) * Math.max(0, down);
  return both / (w * h + width * height - both);
}
