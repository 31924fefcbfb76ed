// Fields on the sheet: drawn, moved and resized by pointer and by keys.  Boxes are [x, y, w, h] in
// pixels of the form.

const FEWEST_PX = 5;
const HANDLES = ["nw", "ne", "sw", "se", "n", "s", "w", "e"];

export class Boxes {
  /** `told` has create(box), change(place, box), choose(place), edit() and remove(place). */
  constructor(sheet, size, told) {
    Object.assign(this, { sheet, size, told, nodes: [], boxes: [], work: null });
    sheet.addEventListener("pointerdown", (event) => this.#begin(event));
    sheet.addEventListener("pointermove", (event) => this.#go(event));
    sheet.addEventListener("pointerup", () => this.#end(true));
    sheet.addEventListener("pointercancel", () => this.#end(false));
  }

  show(fields, chosen) {
    while (this.nodes.length > fields.length) this.nodes.pop().remove();
    while (this.nodes.length < fields.length) this.nodes.push(this.#node(this.nodes.length));
    this.boxes = fields.map((field) => field.box);
    fields.forEach((field, place) => {
      const node = this.nodes[place];
      node.classList.toggle("chosen", place === chosen);
      node.setAttribute("aria-label", `${field.name}, ${field.kind}`);
      node.firstChild.textContent = field.name;
      this.#put(node, field.box);
    });
  }

  focus(place) {
    this.nodes[place]?.focus({ preventScroll: true });
    this.nodes[place]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #node(place) {
    const node = document.createElement("div");
    node.className = "box";
    node.tabIndex = 0;
    node.setAttribute("role", "button");
    node.append(document.createElement("span"));
    for (const edges of HANDLES) {
      const handle = document.createElement("i");
      handle.dataset.edges = edges;
      node.append(handle);
    }
    node.addEventListener("focus", () => this.told.choose(place));
    node.addEventListener("keydown", (event) => this.#key(event, place));
    this.sheet.append(node);
    return node;
  }

  #put(node, [x, y, w, h]) {
    const [width, height] = this.size;
    Object.assign(node.style, {
      left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%`,
      width: `${(100 * w) / width}%`, height: `${(100 * h) / height}%`,
    });
  }

  #point(event) {
    const seen = this.sheet.getBoundingClientRect();
    return [
      ((event.clientX - seen.left) / seen.width) * this.size[0],
      ((event.clientY - seen.top) / seen.height) * this.size[1],
    ];
  }

  #begin(event) {
    if (!event.isPrimary || event.button !== 0) return this.#end(false);
    const node = event.target.closest(".box");
    const place = this.nodes.indexOf(node);
    const edges = event.target.dataset?.edges ?? (node ? "move" : "draw");
    this.work = { place, edges, from: this.#point(event), box: this.boxes[place], now: null };
    this.sheet.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (node) node.focus({ preventScroll: true });
    else document.activeElement?.blur();
  }

  #go(event) {
    if (!this.work) return;
    const { place, edges, from, box } = this.work;
    const there = this.#point(event);
    const seen = this.sheet.getBoundingClientRect();
    const far = Math.max(...[0, 1].map((axis) => Math.abs(there[axis] - from[axis])));
    if (!this.work.now && far * (seen.width / this.size[0]) < FEWEST_PX) return;
    if (edges === "draw") {
      this.work.now = this.#between(from, there);
      this.work.node ??= this.sheet.appendChild(Object.assign(document.createElement("div"), { className: "box drawn" }));
      this.#put(this.work.node, this.work.now);
      return;
    }
    const by = [there[0] - from[0], there[1] - from[1]];
    this.work.now = edges === "move" ? this.#moved(box, by) : this.#resized(box, edges, by);
    this.#put(this.nodes[place], this.work.now);
  }

  #end(isDone) {
    const { place, edges, box, now, node } = this.work ?? {};
    this.work = null;
    node?.remove();
    if (!now) {
      if (isDone && edges === "draw") this.told.choose(-1);
      return;
    }
    if (!isDone) {
      if (edges !== "draw") this.#put(this.nodes[place], box);
    } else if (edges === "draw") {
      if (Math.min(now[2], now[3]) >= 4) this.told.create(now);
    } else this.told.change(place, now);
  }

  #key(event, place) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (step && !event.altKey && !event.metaKey) {
      const length = event.ctrlKey ? 1 : Math.max(1, Math.round(Math.max(...this.size) / 400));
      const by = step.map((each) => each * length);
      const box = this.boxes[place];
      this.told.change(place, event.shiftKey ? this.#resized(box, "se", by) : this.#moved(box, by));
    } else if (event.key === "Delete" || event.key === "Backspace") this.told.remove(place);
    else if (event.key === "Enter") this.told.edit();
    else if (event.key === "Escape") event.target.blur();
    else return;
    event.preventDefault();
  }

  #between([a, b], [c, d]) {
    const [left, right] = [a, c].sort((p, q) => p - q).map((x) => this.#within(x, this.size[0]));
    const [top, bottom] = [b, d].sort((p, q) => p - q).map((y) => this.#within(y, this.size[1]));
    return [left, top, right - left, bottom - top];
  }

  #within(value, most) {
    return Math.round(Math.min(most, Math.max(0, value)));
  }

  #moved([x, y, w, h], by) {
    return [this.#within(Math.min(x + by[0], this.size[0] - w), this.size[0]), this.#within(Math.min(y + by[1], this.size[1] - h), this.size[1]), w, h];
  }

  #resized([x, y, w, h], edges, by) {
    const has = (edge, value, way) => (edges.includes(edge) ? value + way : value);
    const left = Math.min(has("w", x, by[0]), x + w - 4), right = Math.max(has("e", x + w, by[0]), x + 4);
    const top = Math.min(has("n", y, by[1]), y + h - 4), bottom = Math.max(has("s", y + h, by[1]), y + 4);
    return this.#between([left, top], [right, bottom]);
  }
}
