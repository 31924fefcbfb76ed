// The numbers that were read: a live list, and what is made of it.

const COLUMNS = ["source", "index", "time_s", "event", "id", "text", "confidence", "x", "y", "w", "h"];
const MOST_RECORDS = 20000, MOST_ROWS = 500;

export class Numbers {
  /** @param list an ol  @param onChange called with how many numbers there are */
  constructor(list, onChange) {
    this.list = list;
    this.onChange = onChange;
    this.clear();
  }

  clear() {
    this.records = [];
    this.rows = new Map();
    this.texts = [];
    this.list.replaceChildren();
    this.onChange(0);
  }

  /** Begin with another camera, photo or video: its numbers have ids of their own. */
  begin() {
    this.rows = new Map();
  }

  /** Take an event; returns what is worth saying of it, "" for nothing. */
  take(event, time) {
    this.keep(event);
    const row = this.rows.get(event.id);
    if (event.event === "gone") {
      row?.item.classList.add("gone");
      return "";
    }
    if (row) {
      row.text = event.text;
      row.confidence = event.confidence;
      show(row);
    } else {
      this.rows.set(event.id, this.add(event, time));
    }
    return event.event === "changed" ? `now ${event.text}` : event.text;
  }

  /** Take the frame record of a photo: all its numbers at once, in place of an earlier reading of it. */
  takePhoto(record, time) {
    for (const row of this.rows.values()) this.drop(row);
    this.records = this.records.filter((kept) => kept !== this.photo);
    this.rows = new Map();
    this.photo = record;
    this.keep(record);
    const numbers = [...record.numbers].reverse();
    numbers.forEach((number, place) => this.rows.set(place, this.add(number, time)));
    this.onChange(this.texts.length);
    return record.numbers.map((number) => number.text).join(", ");
  }

  keep(record) {
    this.records.push(record);
    if (this.records.length > MOST_RECORDS) this.records.shift();
  }

  add({ text, confidence }, time) {
    const row = { text, confidence, time, item: document.createElement("li") };
    show(row);
    this.list.prepend(row.item);
    this.texts.push(row);
    if (this.texts.length > MOST_ROWS) this.drop(this.texts[0]);
    this.onChange(this.texts.length);
    return row;
  }

  drop(row) {
    row.item.remove();
    this.texts = this.texts.filter((other) => other !== row);
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
    return [[...head, record.event, record.id, record.text, record.confidence, ...record.box]];
  }
  if (!record.numbers.length) return [[...head, ...Array(8).fill("")]];
  return record.numbers.map((n) => [...head, "", n.id ?? "", n.text, n.confidence, ...n.box]);
}

function quoted(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
    element.textContent = text;
    return element;
  }));
  row.item.classList.toggle("fair", row.confidence < 0.9 && row.confidence >= 0.7);
  row.item.classList.toggle("doubtful", row.confidence < 0.7);
}
