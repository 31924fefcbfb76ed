// What is made of the list: CSV, JSON Lines, files to save, the clipboard.

const COLUMNS = ["source", "index", "time_s", "event", "id", "text", "confidence", "x", "y", "w", "h", "value",
  "writing", "table", "row", "column", "page", "clock", "read"];
const VALUE = /^-?[0-9]+([.][0-9]+)?$/;
const NUMBER = /^-?[0-9?]+([.,:/-][0-9?]+)*$/;

/** Whether a text is one that a number can have: digits, ? for those in doubt, marks between them. */
export const isNumber = (text) => NUMBER.test(text) && /[0-9]/.test(text);

/**
 * A record with what a person said in place of what was read, which stands beside it as "read".
 *
 * @param kept {record, row, clock}: row is one of those that the record is about
 */
export function corrected({ record, row, clock }) {
  const said = (part, { said }) => (said === null || said === part.text ? part : { ...part, text: said, value: VALUE.test(said) ? Number(said) : null, read: part.text });
  if (record.type === "event") return { ...said(record, row), clock };
  return { ...record, numbers: record.numbers.map((number, at) => said(number, row.together[at])), clock };
}

/** Records as CSV, with the columns of the command line, the clock's time and what was read where a person said otherwise. */
export function csv(records) {
  const lines = records.flatMap(rowsOf).map((row) => row.map(quoted).join(","));
  return [COLUMNS.join(","), ...lines].join("\n") + "\n";
}

function rowsOf(record) {
  const head = [record.source, record.index, record.time_s];
  if (record.type === "event") {
    return [[...head, record.event, record.id, record.text, record.confidence, ...record.box, record.value ?? "",
      record.writing, "", "", "", "", record.clock, record.read ?? ""]];
  }
  return record.numbers.map((n) => [...head, "", n.id ?? "", n.text, n.confidence, ...n.box, n.value ?? "",
    n.writing, ...(n.cell ?? ["", "", ""]), record.page ?? "", record.clock, n.read ?? ""]);
}

function quoted(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** This moment as the clock here shows it, ISO 8601 with the distance to UTC. */
export function clock(now = new Date()) {
  const minutes = -now.getTimezoneOffset(), two = (value) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(now.getTime() + minutes * 60000).toISOString().slice(0, 19);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Save a file under a name with the time. */
export function save(blob, suffix) {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `camdigits-${stamp}.${suffix}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Put a text into the clipboard. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // no clipboard where the page came by http from another machine
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
