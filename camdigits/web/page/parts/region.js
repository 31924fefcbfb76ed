// A part of the picture that is read alone, chosen by dragging.

const LEAST = 0.02; // of the picture's width and height; less is a press, not a drag

export class Region {
  /**
   * @param stage knows where the picture lies, and shows the part
   * @param layer lies over the picture while a part is chosen
   * @param onChange called with the part, {x, y, w, h} from 0 to 1 of the picture, or null for all
   */
  constructor(stage, layer, onChange) {
    Object.assign(this, { stage, layer, onChange, start: null });
    layer.onpointerdown = (event) => {
      this.start = stage.pointAt(event, true);
      layer.setPointerCapture(event.pointerId);
    };
    layer.onpointermove = (event) => {
      if (this.start) stage.region = between(this.start, stage.pointAt(event, true));
    };
    layer.onpointerup = (event) => this.end(event);
    layer.onpointercancel = () => this.leave();
  }

  get isChoosing() {
    return !this.layer.hidden;
  }

  /** Begin to choose, or, if a part is chosen, read all again. */
  toggle() {
    if (this.isChoosing) return this.leave();
    if (this.stage.region) return this.take(null);
    this.layer.hidden = false;
  }

  end(event) {
    if (!this.start) return;
    const found = between(this.start, this.stage.pointAt(event, true));
    this.layer.hidden = true;
    this.start = null;
    this.take(found.w > LEAST && found.h > LEAST ? found : null);
  }

  /** Choose nothing. */
  leave() {
    if (this.isChoosing) this.stage.region = null;
    this.layer.hidden = true;
    this.start = null;
  }

  take(region) {
    this.stage.region = region;
    this.onChange(region);
  }
}

function between([x, y], [right, bottom]) {
  return { x: Math.min(x, right), y: Math.min(y, bottom), w: Math.abs(right - x), h: Math.abs(bottom - y) };
}
