// The numbers that were read: a live list, and what is made of it.

const COLUMNS = ["source", "index", "time_s", "event", "id", "text", "confidence", "x", "y", "w", "h", "value",
  "writing", "table", "row", "column", "page"];
const MOST_RECORDS = 20000, MOST_ROWS = 5000, LONG = 16;

/** The list, and the records of just those numbers that stand in it. */
export class Numbers {
  /** @param list an ol  @param onChange called with how many numbers there are */
  constructor(list, onChange) {
    this.list = list;
    this.onChange = onChange;
    this.clear();
  }

  clear() {
    this.kept = []; // [{record, row}], row being one of those that the record is about
    this.texts = [];
    this.list.replaceChildren();
    this.begin();
    this.onChange(0);
  }

  /** Begin with another camera, photo or video: its numbers have ids of their own. */
  begin() {
    this.rows = new Map();
    this.seen = new Set();
    this.photo = [];
  }

  /** Take an event; returns what is worth saying of it, "" for nothing. */
  take(event, time) {
    const written = JSON.stringify(event);
    if (this.seen.has(written)) return ""; // told again after the connection was lost
    this.seen.add(written);
    let row = event.event === "appeared" ? undefined : this.rows.get(event.id);
    if (event.event === "gone") {
      if (!row) return ""; // it is not in the list, which was cleared or is full
      row.item.classList.add("gone");
    } else if (row) {
      Object.assign(row, { text: event.text, confidence: event.confidence });
      show(row);
    } else {
      row = this.add(event, time);
      this.rows.set(event.id, row);
      this.list.prepend(row.item);
    }
    this.keep(event, row);
    if (event.event === "gone") return "";
    return event.event === "changed" ? `now ${event.text}` : event.text;
  }

  /** Take the frame record of a photo: all its numbers at once, in place of an earlier reading of it. */
  takePhoto(record, time) {
    if (this.photo.length) this.drop(this.photo[0]);
    this.photo = record.numbers.map((number) => this.add(number, time));
    for (const row of this.photo) row.together = this.photo;
    this.list.prepend(...this.photo.map((row) => row.item));
    if (this.photo.length) this.keep(record, this.photo[0]);
    this.onChange(this.texts.length);
    return record.numbers.map((number) => number.text).join(", ");
  }

  keep(record, row) {
    this.kept.push({ record, row });
    while (this.kept.length > MOST_RECORDS || this.texts.length > MOST_ROWS) this.drop(this.texts[0]);
    if (this.seen.size > 2 * MOST_RECORDS) this.seen.clear();
    this.onChange(this.texts.length);
  }

  add({ text, confidence }, time) {
    const row = { text, confidence, time, item: document.createElement("li") };
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
    for (const [id, row] of this.rows) if (together.includes(row)) this.rows.delete(id);
  }

  get records() {
    return this.kept.map(({ record }) => record);
  }

  /** The numbers as text, one a line, the oldest first. */
  text() {
    return this.texts.map((row) => row.text).join("\n") + "\n";
  }

  /** The records as JSON Lines. */
  jsonl() {
    return this.records.map((record) => JSON.stringify(record) + "\n").join("");
  }

  /** The records as CSV, with the columns of the command line. */
  csv() {
    const lines = this.records.flatMap(rowsOf).map((row) => row.map(quoted).join(","));
    return [COLUMNS.join(","), ...lines].join("\n") + "\n";
  }
}

function rowsOf(record) {
  const head = [record.source, record.index, record.time_s];
  if (record.type === "event") {
    return [[...head, record.event, record.id, record.text, record.confidence, ...record.box, record.value ?? "",
      record.writing, "", "", "", ""]];
  }
  return record.numbers.map((n) => [...head, "", n.id ?? "", n.text, n.confidence, ...n.box, n.value ?? "",
    n.writing, ...(n.cell ?? ["", "", ""]), record.page ?? ""]);
}

function quoted(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text with places where it may be broken into lines, which copies leave out. */
function broken(text) {
  return text.match(/.{1,4}/g).flatMap((part) => [part, document.createElement("wbr")]);
}

function show(row) {
  const percent = Math.floor(row.confidence * 100);
  const parts = [
    ["span", "number", row.text],
    ["span", "sureness", `${percent} %`],
    ["time", "when", row.time],
  ];
  row.item.replaceChildren(...parts.map(([tag, name, text]) => {
    const element = document.createElement(tag);
    element.className = name;
    const isLong = name === "number" && text.length > LONG;
    element.classList.toggle("long", isLong);
    element.append(...(isLong ? broken(text) : [text]));
    return element;
  }));
  row.item.classList.toggle("fair", row.confidence < 0.9 && row.confidence >= 0.7);
  row.item.classList.toggle("doubtful", row.confidence < 0.7);
}
