// The camera of the machine that runs camdigits: pictures and records come down.

import { connect } from "./api.js";

const PAUSES_MS = [500, 1000, 2000, 4000];
const REFUSED = 1008;

export class Watch {
  /**
   * @param canvas shows the pictures
   * @param on what to tell: record(record), event(event), problem(text), connection(text), ended(text)
   */
  constructor(canvas, on) {
    Object.assign(this, { canvas, on, losses: 0, isPaused: false, hasEnded: false });
    this.context = canvas.getContext("2d", { alpha: false });
    this.open();
  }

  open() {
    this.record = null;
    this.socket = connect("v1/watch");
    this.socket.onopen = () => {
      this.losses = 0;
      this.on.connection("");
    };
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.take(JSON.parse(data)) : this.show(data));
    this.socket.onclose = ({ code, reason }) => {
      if (this.hasEnded) return;
      if (code === REFUSED) return this.on.connection(`camdigits refuses: ${reason}.`);
      const wait = PAUSES_MS[Math.min(this.losses, PAUSES_MS.length - 1)];
      this.losses += 1;
      this.on.connection("The connection to camdigits is lost. This goes on as soon as it is back: is camdigits run --serve still running, and this device in the same network?");
      setTimeout(() => this.open(), wait);
    };
  }

  take(record) {
    if (record.type === "frame") this.record = record;
    else if (record.type === "event") this.on.event(record);
    else if (record.type === "status") this.tell(record);
    else this.on.problem(record.text);
  }

  tell({ health, text }) {
    this.hasEnded = health === "ended";
    if (this.hasEnded) this.on.ended(text);
    else this.on.problem(text);
  }

  /** Show a picture, and ask for the next one. */
  async show(blob) {
    const { record, socket } = this;
    const picture = await createImageBitmap(blob);
    if (!this.isPaused) {
      const { width, height } = picture;
      if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
      this.context.drawImage(picture, 0, 0);
      this.on.record(record, null);
    }
    picture.close();
    if (!this.isPaused) this.next(socket);
  }

  next(socket = this.socket) {
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"next"}');
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    if (!isPaused) this.next();
  }
}
