// Frames go up, one in flight; records come down.

import { connect } from "./api.js";

const QUALITY = 0.85;
const PAUSES_MS = [500, 1000, 2000, 4000];
const TOO_MANY = 1013, REFUSED = 1008, GOING = 1001;
const QUIET_MS = 6000, GIVEN_UP_MS = 20000;

/** Sends the frames of a video to be read, the newest first, and never a second one meanwhile. */
export class Live {
  /**
   * @param video the element that plays
   * @param name goes into the records
   * @param on what to tell: record(record), event(event), problem(text), connection(text)
   */
  constructor(video, name, on) {
    Object.assign(this, { video, name, on, side: 960, confidence: null, isPaused: false });
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.isClosed = false;
    this.losses = this.cause = 0;
    this.open();
  }

  open() {
    this.inFlight = null;
    const query = { source: this.name };
    if (this.confidence !== null) query.min_confidence = this.confidence;
    this.socket = connect("v1/stream", query);
    this.socket.onopen = () => {
      this.losses = 0;
      this.cause = 0;
      this.on.connection("");
      this.next();
    };
    this.socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    this.socket.onclose = (event) => this.lost(event);
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.retry);
    this.socket.close();
  }

  /** Look whether the frame that is in flight has been so for longer than a server that works needs. */
  check() {
    if (this.inFlight === null) return;
    const waited = performance.now() - this.inFlight;
    if (waited > QUIET_MS) this.on.connection("camdigits has not answered for a while. Is it still running, and this device in the same network?");
    // A network that went away closes nothing.
    if (waited > GIVEN_UP_MS) this.reopen();
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    this.next();
  }

  reopen() {
    this.socket.onclose = null;
    this.socket.close();
    this.open();
  }

  ask(confidence) {
    this.confidence = confidence;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ min_confidence: confidence }));
  }

  /** Begin anew with frames of another size, in which tracks would not be found again. */
  resize(side) {
    this.side = side;
    this.reopen();
  }

  /** Call it when the video shows another frame. */
  async next() {
    const { video, socket } = this;
    if (this.isClosed || this.inFlight !== null || socket.readyState !== WebSocket.OPEN) return;
    if (this.isPaused) return;
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return;
    this.inFlight = performance.now();
    const scale = Math.min(1, this.side / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale), height = Math.round(video.videoHeight * scale);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.context.drawImage(video, 0, 0, width, height);
    const time = video.srcObject ? null : video.currentTime;
    const blob = await new Promise((done) => this.canvas.toBlob(done, "image/jpeg", QUALITY));
    if (socket !== this.socket || socket.readyState !== WebSocket.OPEN) return;
    if (!blob) {
      this.inFlight = null;
      return;
    }
    if (time !== null) socket.send(JSON.stringify({ time_s: time }));
    socket.send(blob);
  }

  take(record) {
    if (record.type === "event") {
      this.on.event(record);
      return;
    }
    const sent = this.inFlight;
    this.inFlight = null;
    if (record.type === "error") this.on.problem(record.text);
    else this.on.record(record, sent);
    this.next();
  }

  lost(event) {
    this.inFlight = null;
    if (this.isClosed) return;
    if (event.code === REFUSED) {
      this.on.connection(`camdigits refuses: ${event.reason || "see its messages"}.`);
      return;
    }
    const wait = PAUSES_MS[Math.min(this.losses, PAUSES_MS.length - 1)];
    this.losses += 1;
    if (event.code === TOO_MANY || event.code === GOING) this.cause = event.code; // holds until it is open again
    const lines = {
      [TOO_MANY]: "Too many others read at the moment. This goes on as soon as one of them ends.",
      [GOING]: "camdigits was ended. This goes on as soon as camdigits serve runs again.",
    };
    this.on.connection(
      lines[this.cause] ??
        "The connection to camdigits is lost. This goes on as soon as it is back: is camdigits serve still running, and this device in the same network?",
    );
    this.retry = setTimeout(() => this.open(), wait);
  }
}
