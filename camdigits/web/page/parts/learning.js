// Learning what was taught: a training on the server, what it brought, and the way back.

import { ask } from "../api.js";

const $ = (id) => document.getElementById(id);
const LOOK_MS = 2000;

export class Learning {
  /** @param on what to tell: changed() once other weights are read with, problem(text) */
  constructor(on) {
    this.on = on;
    this.isTaught = false; // in this visit
    $("learn").onclick = () => this.ask("POST");
    $("unlearn").onclick = () => this.ask("DELETE");
  }

  /** Look how it stands, from now on again and again while it learns. */
  async look() {
    const state = await ask("v1/learn").catch(() => null);
    if (state) this.show(state);
    else if (this.state?.state === "running") this.later();
  }

  taught() {
    this.isTaught = true;
    this.look();
  }

  async ask(method) {
    const wasRunning = this.state?.state === "running";
    try {
      this.show(await ask("v1/learn", { method }));
      if (method === "DELETE" && !wasRunning) this.on.changed();
    } catch (error) {
      this.on.problem(error.status ? error.message : "camdigits does not answer. Is it still running?");
    }
  }

  show(state) {
    const before = this.state?.state, held = document.activeElement;
    this.state = state;
    if (before === "running" && state.state === "done") this.isTaught = false;
    const isRunning = state.state === "running", count = `${state.count} ${state.count === 1 ? "digit" : "digits"}`;
    const titles = { idle: `${count} taught`, running: `Learning ${count}`, done: "Learnt", failed: "It was not learnt" };
    const texts = {
      idle: "Learning them takes some minutes; reading goes on meanwhile.",
      running: state.text || "This takes some minutes; reading goes on meanwhile.",
      done: state.lines.filter((line) => /right/.test(line)).join("\n"),
      failed: state.text,
    };
    $("learning").hidden = !(this.isTaught || state.state !== "idle");
    $("learning-title").textContent = titles[state.state];
    if ($("learning-text").textContent !== texts[state.state]) $("learning-text").textContent = texts[state.state];
    $("learning-progress").hidden = !isRunning;
    $("learn").hidden = isRunning || (state.state === "done" && !this.isTaught);
    $("learn").textContent = state.state === "done" ? "Learn again" : state.state === "failed" ? "Try again" : "Learn now";
    $("unlearn").hidden = !isRunning && !state.can_undo;
    $("unlearn").textContent = isRunning ? "Stop" : "Undo the learning";
    keepFocus(held);
    if (before === "running" && state.state === "done") this.on.changed();
    if (isRunning) this.later();
  }

  later() {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.look(), LOOK_MS);
  }
}

/** Give the focus of a button that went to the one that took its place, or to the numbers below. */
function keepFocus(held) {
  const buttons = [$("learn"), $("unlearn")], isShown = (button) => !button.hidden && !$("learning").hidden;
  if (!buttons.includes(held) || isShown(held)) return;
  (buttons.find(isShown) ?? $("numbers")).focus({ preventScroll: true });
}
