// The numbers that were read: a live list, which can be corrected and survives a reload.

import { clock, corrected, isNumber } from "./parts/exports.js";
import { Standing } from "./parts/standing.js";

const MOST_RECORDS = 20000, MOST_ROWS = 5000, LONG = 16, MOST_SAID = 100;
const STORED = "camdigits.numbers", MOST_STORED = 1000, STORE_MS = 500;

/** The list, and the records of just those numbers that stand in it. */
export class Numbers {
  /**
   * @param list an ol
   * @param on what to tell: change(how many numbers there are), pick(row that was pressed), said(row), problem(text)
   */
  constructor(list, on) {
    this.list = list;
    this.on = on;
    this.forget();
    this.restore();
    list.addEventListener("click", ({ target }) => {
      const row = this.texts.find(({ item }) => item.contains(target));
      if (!row) return;
      if (target.closest(".edit")) this.correct(row);
      else if (!target.closest("input")) on.pick(row);
    });
    addEventListener("pagehide", () => this.store());
  }

  forget() {
    this.kept = []; // [{record, row, clock}], row being one of those that the record is about
    this.texts = [];
    this.list.replaceChildren();
    this.begin();
  }

  clear() {
    this.forget();
    this.changed();
  }

  /** Begin with another camera, photo or video: its numbers have ids of their own. */
  begin() {
    this.rows = new Map(); // by the ids of the stream that is read
    this.seen = new Set();
    this.photo = [];
    this.standing = new Standing();
    this.size = [1, 1];
    this.before = 0; // ids that streams of the same source gave before
  }

  /**
   * Go on with the same camera or video in a stream of its own: what stands where it stood is the number it was.
   *
   * @param region the part that is read from now on; null for all
   */
  goOn(region) {
    const rows = [...this.rows.values()];
    this.before = Math.max(this.before, ...rows.map(({ id }) => id));
    this.standing.begin(region, rows.filter(({ isGone }) => !isGone));
    this.rows = new Map();
    this.seen = new Set();
  }

  /** Take a frame record of what goes on: where numbers are now. */
  look(record) {
    this.size = record.size;
    for (const { id, box } of record.numbers) {
      const row = this.rows.get(id);
      if (row) row.place = this.placeOf(box);
    }
    for (const row of this.standing.look(record.time_s)) leave(row);
  }

  placeOf([x, y, w, h]) {
    const [width, height] = this.size;
    return [x / width, y / height, w / width, h / height];
  }

  /** The id that a number has in the stream that is read; undefined if it stands in none. */
  idOf(row) {
    return [...this.rows].find(([, other]) => other === row)?.[0];
  }

  changed() {
    this.on.change(this.texts.length);
    this.storing ??= setTimeout(() => this.store(), STORE_MS);
  }

  /** Take an event; returns what is worth saying of it, "" for nothing. */
  take(event, time) {
    const written = JSON.stringify(event);
    if (this.seen.has(written)) return ""; // told again after the connection was lost
    this.seen.add(written);
    let row = event.event === "appeared" ? undefined : this.rows.get(event.id);
    const known = event.event === "appeared" && this.standing.take(this.placeOf(event.box), event.text);
    if (known) {
      this.rows.set(event.id, known);
      if (known.read === event.text) return "";
      [row, event] = [known, { ...event, event: "changed" }];
    }
    if (event.event === "gone") {
      if (!row) return ""; // it is not in the list, which was cleared or is full
      leave(row);
    } else if (row) {
      Object.assign(row, { read: event.text, confidence: event.confidence });
      show(row);
    } else {
      row = this.add({ ...event, id: this.before + event.id }, time);
      this.rows.set(event.id, row);
      this.list.prepend(row.item);
    }
    row.place = this.placeOf(event.box);
    this.keep({ ...event, id: row.id }, row);
    if (event.event === "gone") return "";
    return event.event === "changed" ? `now ${event.text}` : event.text;
  }

  /** Take the frame record of a photo: all its numbers at once, in place of an earlier reading of it. */
  takePhoto(record, time) {
    const said = this.photo.map((row) => [row.read, row.said]);
    if (this.photo.length) this.drop(this.photo[0]);
    this.photo = record.numbers.map((number) => this.add(number, time));
    // What was corrected stays so when the photo is read anew and the same is read at its place.
    if (said.length === this.photo.length) this.photo.forEach((row, at) => row.read === said[at][0] && (row.said = said[at][1]));
    for (const row of this.photo) {
      row.together = this.photo;
      show(row);
    }
    this.list.prepend(...this.photo.map((row) => row.item));
    if (this.photo.length) this.keep(record, this.photo[0]);
    this.changed();
    return record.numbers.map((number) => number.text).join(", ");
  }

  keep(record, row) {
    this.kept.push({ record, row, clock: clock(new Date(record.clock ?? Date.now())) });
    while (this.kept.length > MOST_RECORDS || this.texts.length > MOST_ROWS) this.drop(this.texts[0]);
    if (this.seen.size > 2 * MOST_RECORDS) this.seen.clear();
    this.changed();
  }

  add({ text, confidence, id = null }, time) {
    const row = { read: text, said: null, confidence, time, id, isGone: false, item: document.createElement("li") };
    row.together = [row]; // the numbers that the same records tell of
    show(row);
    this.texts.push(row);
    return row;
  }

  /** Take a number out of the list, with its records, and what else those tell of. */
  drop({ together }) {
    for (const { item } of together) item.remove();
    this.texts = this.texts.filter((row) => !together.includes(row));
    this.kept = this.kept.filter(({ row }) => !together.includes(row));
    this.standing.drop(together);
    for (const [id, row] of this.rows) if (together.includes(row)) this.rows.delete(id);
  }

  /** Let a number be corrected in its place: Enter takes what is written if it is a number, Escape leaves it. */
  correct(row) {
    if (row.isEdited) return;
    row.isEdited = true;
    const field = Object.assign(document.createElement("input"), { type: "text", value: textOf(row), maxLength: MOST_SAID, className: "correction", inputMode: "text", autocomplete: "off" });
    field.setAttribute("aria-label", `Correct ${textOf(row)}`);
    const refusal = Object.assign(element("p", "refusal"), { id: "refusal" });
    refusal.setAttribute("role", "alert");
    const end = (isTaken, isLeft = false) => {
      if (!row.isEdited) return;
      const isBack = field === document.activeElement, text = field.value.trim();
      if (isTaken && text && !isNumber(text)) {
        const why = "Digits only, with . , : / - between them.";
        if (!isLeft) return refuse(field, refusal, why);
        isTaken = false;
        this.on.problem(`${textOf(row)} stays. ${why}`);
      }
      row.isEdited = false;
      if (isTaken) row.said = text && text !== row.read ? text : null;
      show(row);
      if (isBack) row.item.querySelector(".edit").focus({ preventScroll: true });
      if (isTaken) this.on.said(row);
      this.changed();
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or Enter would press the pen, which has the focus then
      end(event.key === "Enter");
    };
    field.oninput = () => refuse(field, refusal, "");
    field.onblur = () => end(true, true);
    row.item.querySelector(".number").replaceWith(field);
    row.item.append(refusal);
    row.item.querySelector(".edit").hidden = true;
    field.focus();
    field.select();
  }

  /** Mark the numbers whose boxes are shown. */
  mark(rows) {
    for (const row of this.texts) row.item.classList.toggle("shown", rows.includes(row));
  }

  /** The records, with what was said of them by hand. */
  get records() {
    return this.kept.map(corrected);
  }

  /** The numbers as text, one a line, the oldest first. */
  text() {
    return this.texts.map(textOf).join("\n") + "\n";
  }

  /** The records as JSON Lines. */
  jsonl() {
    return this.records.map((record) => JSON.stringify(record)).join("\n") + "\n";
  }

  /** Keep the newest numbers for this tab, should it be loaded anew. */
  store() {
    clearTimeout(this.storing);
    this.storing = null;
    const rows = this.texts.slice(-MOST_STORED), places = new Map(rows.map((row, at) => [row, at]));
    const kept = this.kept.filter(({ row }) => row.together.every((other) => places.has(other)));
    try {
      sessionStorage.setItem(STORED, JSON.stringify({
        rows: rows.map(({ read, said, confidence, time, isGone, together }) => ({ read, said, confidence, time, isGone, group: places.get(together.find((row) => places.has(row))) })),
        kept: kept.map(({ record, row, clock }) => ({ record, clock, row: places.get(row) })),
      }));
    } catch {
      // storage may be forbidden, or full
    }
  }

  restore() {
    let stored = null;
    try {
      stored = JSON.parse(sessionStorage.getItem(STORED));
    } catch {
      // then the list begins empty
    }
    if (!stored) return;
    const rows = stored.rows.map((it) => Object.assign(this.add({ text: it.read, confidence: it.confidence }, it.time), { said: it.said, isGone: it.isGone, isRestored: true }));
    rows.forEach((row, at) => {
      row.together = rows.filter((_, other) => stored.rows[other].group === stored.rows[at].group);
      show(row);
    });
    for (const row of rows) if (row.together[0] === row) this.list.prepend(...row.together.map(({ item }) => item));
    this.kept = stored.kept.map((it) => ({ ...it, row: rows[it.row] }));
    this.on.change(this.texts.length);
  }
}

const textOf = (row) => row.said ?? row.read;

/** Say below a field why its text is not taken; "" takes that back. */
function refuse(field, refusal, why) {
  refusal.textContent = why;
  if (why) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (why) field.setAttribute("aria-describedby", refusal.id);
  else field.removeAttribute("aria-describedby");
}

/** Show that a number is not there any more. */
function leave(row) {
  row.isGone = true;
  row.item.classList.add("gone");
}

/** A text with places where it may be broken into lines, which copies leave out. */
function broken(text) {
  return text.match(/.{1,4}/g).flatMap((part) => [part, document.createElement("wbr")]);
}

function show(row) {
  if (row.isEdited) return;
  const text = textOf(row), isSaid = row.said !== null;
  const number = element("button", "number", ...(text.length > LONG ? broken(text) : [text]));
  number.classList.toggle("long", text.length > LONG);
  number.title = "Show where it stands";
  const edit = element("button", "edit");
  edit.setAttribute("aria-label", `Correct ${text}`);
  edit.innerHTML = '<svg><use href="#i-edit"/></svg>';
  for (const button of [number, edit]) button.type = "button";
  row.item.replaceChildren(
    number,
    isSaid ? element("span", "was", `read as ${row.read}`) : element("span", "sureness", `${Math.floor(row.confidence * 100)} %`),
    element("time", "when", row.time),
    edit,
  );
  row.item.classList.toggle("gone", row.isGone);
  row.item.classList.toggle("fair", !isSaid && row.confidence < 0.9 && row.confidence >= 0.7);
  row.item.classList.toggle("doubtful", !isSaid && row.confidence < 0.7);
}

function element(tag, name, ...parts) {
  const made = Object.assign(document.createElement(tag), { className: name });
  made.append(...parts);
  return made;
}
