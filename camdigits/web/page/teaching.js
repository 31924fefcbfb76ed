// Teaching: the picture stands, one digit is marked, and its owner says what it is.

import { ask } from "./api.js";

const $ = (id) => document.getElementById(id);

/**
 * What is asked about is bound to its answer when the key is pressed; saving takes its time and follows in
 * order, so that fast answers each keep their own digit.
 */
export class Teaching {
  /**
   * @param on what to tell: chosen(box or null), named(boxes), end(), taught() once all is saved, problem(text) once it has ended; view() says how the picture is looked at
   */
  constructor(on) {
    this.on = on;
    this.picture = null;
    this.saving = this.looking = Promise.resolve();
    const digits = [..."1234567890"].map((digit) => this.answerButton(digit));
    $("teaching-answers").replaceChildren(...digits);
    $("teaching-none").onclick = () => this.answer("none");
    this.buttons = [...digits, $("teaching-none")];
    $("teaching-back").onclick = () => this.move(-1);
    $("teaching-next").onclick = () => this.move(1);
    $("teaching-undo").onclick = () => this.undo();
    $("teaching-end").onclick = () => this.end();
  }

  get isOn() {
    return this.picture !== null;
  }

  answerButton(label) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.dataset.label = label;
    button.onclick = () => this.answer(label);
    return button;
  }

  /**
   * @param picture a Blob of the picture that stands
   * @param record what was read on it, boxes in its pixels
   * @param point [x, y] in its pixels, or null for the first digit
   */
  begin(picture, record, point) {
    Object.assign(this, { picture, record, place: -1, answers: [], mark: null });
    $("teaching").hidden = false;
    this.note("");
    this.count();
    return point ? this.look(point) : this.move(1);
  }

  end() {
    this.picture = this.mark = null;
    $("teaching").hidden = true;
    this.on.end();
    if (this.answers.length) this.saving.then(() => this.on.taught());
  }

  /** Mark the digit after or before the one that is marked. */
  move(step) {
    const { digits } = this.record;
    if (!digits.length) return this.show(null, "Nothing is read here. Tap on a digit in the picture.");
    this.place = (this.place + step + digits.length) % digits.length;
    const { box, label } = digits[this.place];
    return this.ask({ place: this.place, box, query: { box: box.join(","), read: label, ...this.on.view() } });
  }

  /** Mark the next digit that nothing was said of. */
  advance() {
    const { digits } = this.record, named = new Set(this.answers.map(({ mark }) => mark.place));
    for (let step = 1; step <= digits.length; step += 1) {
      if (!named.has((this.place + step) % digits.length)) return this.move(step);
    }
    return this.show(null, "Every digit that is read here is named. Tap on another place, or press Done.");
  }

  /** Mark what is at a point: a digit that was read, else whatever looks most like one. */
  look([x, y]) {
    const { digits } = this.record;
    const place = digits.findIndex(({ box: [left, top, w, h] }) => x >= left && x < left + w && y >= top && y < top + h);
    if (place < 0) return this.ask({ place: null, box: null, query: { x: Math.floor(x), y: Math.floor(y), ...this.on.view() } });
    this.place = place - 1;
    return this.move(1);
  }

  /** Ask about a mark.  What was read can be named before it was looked at, for its place is known. */
  ask(mark) {
    this.show(mark, "Looking...");
    this.looking = this.looking.then(() => this.find(mark));
    return this.looking;
  }

  async find(mark) {
    const { picture } = this;
    const isAsked = () => this.isOn && this.picture === picture && this.mark === mark;
    if (!isAsked()) return; // answered, or passed over, meanwhile
    try {
      const found = await ask("v1/look", { method: "POST", query: mark.query, body: picture });
      if (!isAsked()) return;
      mark.box = found.box;
      const percent = Math.floor(found.confidence * 100);
      const is = percent < 50 ? "Not taken for a digit" : `Read as ${found.label}, ${percent} %`;
      this.show(mark, `${is}. What is it?`, found.crop);
    } catch (error) {
      if (!isAsked()) return;
      this.show(null, error.status === 404 ? "There is nothing like a digit there. Tap on another place." : failed(error));
    }
  }

  show(mark, text, crop = null) {
    this.mark = mark;
    $("teaching-crop").hidden = !crop;
    if (crop) $("teaching-crop").src = `data:image/png;base64,${crop}`;
    $("teaching-text").textContent = text;
    const said = mark && this.answers.find((answer) => isSame(answer.mark, mark))?.label;
    for (const button of this.buttons) {
      button.disabled = !mark?.box;
      button.classList.toggle("taken", button.dataset.label === said);
    }
    this.on.chosen(mark?.box ?? null);
  }

  /** Show how many digits of the picture are named, and tick them off. */
  count() {
    const { length } = this.record.digits, named = this.answers.filter(({ mark }) => mark.place !== null).length;
    $("teaching-undo").disabled = !this.answers.length;
    $("teaching-count").textContent = length ? `${named} of ${length} named` : "";
    Object.assign($("teaching-progress"), { max: length || 1, value: named });
    this.on.named(this.answers.map(({ mark }) => mark.box));
  }

  note(text) {
    if (this.isOn) $("teaching-note").textContent = text;
  }

  answer(label) {
    const { mark, picture } = this;
    if (!mark?.box) return; // what was not read is to be seen first
    const answer = { mark, label, id: null };
    this.answers = [...this.answers.filter((other) => !isSame(other.mark, mark)), answer]; // the last word counts
    this.count();
    this.later(async () => {
      const saved = await ask("v1/teach", { method: "POST", query: { ...mark.query, label }, body: picture });
      answer.id = saved.id;
      const what = label === "none" ? "no digit" : label;
      this.note(saved.id ? `Saved as ${what}, ${saved.count} in all. camdigits train --teach learns from them.` : `It was saved as ${what} already.`);
    }, `The ${label === "none" ? "answer" : label} was not saved`);
    this.advance();
  }

  /** Take the last answer back, and mark its digit. */
  undo() {
    const answer = this.answers.pop();
    if (!answer) return;
    this.count();
    this.later(async () => {
      if (answer.id) await ask(`v1/teach/${answer.id}`, { method: "DELETE" });
      this.note("The last answer was taken back.");
    }, "The last answer was not taken back");
    this.place = answer.mark.place ?? this.place;
    this.ask(answer.mark);
  }

  /** Have something done behind what was asked for before; what fails is told, with what it was. */
  later(act, what) {
    this.saving = this.saving.then(act).catch((error) => {
      const text = `${what}: ${failed(error)}`;
      if (this.isOn) this.note(text);
      else this.on.problem(text);
    });
  }

  /** Take a key; returns whether it is for anything. */
  press(key, isRepeated = false) {
    if (/^[0-9n]$/.test(key)) {
      if (!isRepeated) this.answer(key === "n" ? "none" : key); // a key that is held names one digit, not all
    } else if (key === "ArrowRight" || key === "ArrowDown") this.move(1);
    else if (key === "ArrowLeft" || key === "ArrowUp") this.move(-1);
    else if (key === "Backspace") this.undo();
    else if (key === "Escape" || key === "t") this.end();
    else return false;
    return true;
  }
}

const isSame = (one, other) => (one.place === null ? one === other : one.place === other.place);

const failed = (error) => (error.status ? error.message : "camdigits does not answer. Is it still running?");
