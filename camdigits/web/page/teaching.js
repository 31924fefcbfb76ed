// Teaching: the picture stands, one digit is marked, and its owner says what it is.

import { ask } from "./api.js";

const $ = (id) => document.getElementById(id);

export class Teaching {
  /**
   * @param on what to tell: chosen(box or null), end(), problem(text)
   */
  constructor(on) {
    this.on = on;
    this.picture = null;
    const answers = [..."0123456789"].map((digit) => this.answerButton(digit, digit));
    answers.push(this.answerButton("No digit", "none"));
    $("teaching-answers").replaceChildren(...answers);
    $("teaching-back").onclick = () => this.move(-1);
    $("teaching-next").onclick = () => this.move(1);
    $("teaching-undo").onclick = () => this.undo();
    $("teaching-end").onclick = () => this.end();
  }

  get isOn() {
    return this.picture !== null;
  }

  answerButton(text, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
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
    Object.assign(this, { picture, record, place: -1, saved: [], found: null });
    $("teaching").hidden = false;
    $("teaching-note").textContent = "";
    $("teaching-undo").disabled = true;
    this.show(null, "Looking...");
    $("teaching").scrollIntoView({ block: "nearest" });
    return point ? this.look(point) : this.move(1);
  }

  end() {
    this.picture = this.found = null;
    $("teaching").hidden = true;
    this.on.end();
  }

  /** Mark the digit after or before the one that is marked. */
  move(step) {
    const { digits } = this.record;
    if (!digits.length) {
      this.show(null, "Nothing is read here. Tap on a digit in the picture.");
      return Promise.resolve();
    }
    this.place = (this.place + step + digits.length) % digits.length;
    const { box, label } = digits[this.place];
    return this.find({ box: box.join(","), read: label });
  }

  /** Mark what is at a point: a digit that was read, else whatever looks most like one. */
  look([x, y]) {
    const { digits } = this.record;
    const place = digits.findIndex(({ box: [left, top, w, h] }) => x >= left && x < left + w && y >= top && y < top + h);
    if (place < 0) return this.find({ x: Math.floor(x), y: Math.floor(y) });
    this.place = place - 1;
    return this.move(1);
  }

  async find(query) {
    try {
      const found = await ask("v1/look", { method: "POST", query, body: this.picture });
      if (!this.isOn) return;
      this.query = query;
      const percent = Math.floor(found.confidence * 100);
      const is = percent < 50 ? "Not taken for a digit" : `Read as ${found.label}, ${percent} %`;
      this.show(found, `${is}. What is it?`);
    } catch (error) {
      this.show(null, error.status === 404 ? "There is nothing like a digit there. Tap on another place." : this.failed(error));
    }
  }

  show(found, text) {
    this.found = found;
    $("teaching-crop").hidden = !found;
    if (found) $("teaching-crop").src = `data:image/png;base64,${found.crop}`;
    $("teaching-text").textContent = text;
    for (const button of $("teaching-answers").children) button.disabled = !found;
    this.on.chosen(found?.box ?? null);
  }

  async answer(label) {
    if (!this.found) return;
    try {
      const saved = await ask("v1/teach", { method: "POST", query: { ...this.query, label }, body: this.picture });
      const what = label === "none" ? "no digit" : label;
      $("teaching-note").textContent = saved.id
        ? `Saved as ${what}, ${saved.count} in all. camdigits train --teach learns from them.`
        : `It was saved as ${what} already.`;
      if (saved.id) this.saved.push(saved.id);
      $("teaching-undo").disabled = !this.saved.length;
      if (this.record.digits.length > 1) await this.move(1);
    } catch (error) {
      $("teaching-note").textContent = this.failed(error);
    }
  }

  async undo() {
    const id = this.saved.pop();
    if (!id) return;
    try {
      await ask(`v1/teach/${id}`, { method: "DELETE" });
      $("teaching-note").textContent = "The last answer was taken back.";
    } catch (error) {
      $("teaching-note").textContent = this.failed(error);
    }
    $("teaching-undo").disabled = !this.saved.length;
  }

  failed(error) {
    return error.status ? error.message : "camdigits does not answer. Is it still running?";
  }

  /** Take a key; returns whether it is for anything. */
  press(key) {
    if (/^[0-9]$/.test(key)) this.answer(key);
    else if (key === "n") this.answer("none");
    else if (key === "ArrowRight" || key === "ArrowDown") this.move(1);
    else if (key === "ArrowLeft" || key === "ArrowUp") this.move(-1);
    else if (key === "Backspace") this.undo();
    else if (key === "Escape" || key === "t") this.end();
    else return false;
    return true;
  }
}
