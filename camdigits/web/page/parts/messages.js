// What is told above the picture: a title, and one short line that says what to do.

const NOTE_MS = 8000;
const box = document.getElementById("alert");
let told = "", noteEnd = 0; // when what is told may go

/** Tell a line until another or "" takes its place; its first sentence is the title. */
export function tell(text) {
  if (!text && performance.now() < noteEnd) return;
  noteEnd = 0;
  if (told !== text) {
    told = text;
    const [, title, rest] = /^(.*?[.?!])\s+(.*)$/s.exec(text) ?? [null, text, ""];
    box.replaceChildren(part("strong", title), ...(rest ? [" ", part("span", rest)] : []));
  }
  box.hidden = !text;
}

/** Tell a line that stays for a while, though all goes on. */
export function note(text) {
  tell(text);
  noteEnd = performance.now() + NOTE_MS;
  setTimeout(() => told === text && tell(""), NOTE_MS);
}

/** Take away what is told, a note as well: something else is shown now. */
export function hush() {
  noteEnd = 0;
  tell("");
}

function part(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}
