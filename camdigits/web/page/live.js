// Frames go up, one in flight; records come down.

import { connect } from "./api.js";
import { look } from "./parts/change.js";
import { drawPart, placed } from "./parts/sending.js";

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
   * @param settings {asked: of the server, side: of frames, longest, in pixels, region: the part that is sent}
   */
  constructor(video, name, on, settings) {
    Object.assign(this, { video, name, on, region: null, way: null, isPaused: false, ...settings });
    this.canvas = document.createElement("canvas");
    this.isClosed = false;
    this.losses = this.cause = 0;
    this.open();
  }

  open() {
    this.inFlight = null;
    this.socket = connect("v1/stream", { source: this.name, ...this.asked });
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
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.open();
  }

  ask(confidence) {
    this.asked.min_confidence = confidence;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ min_confidence: confidence }));
  }

  /** Begin anew with frames of another size or part, or read another way: tracks would not be found again. */
  change(settings) {
    Object.assign(this, settings);
    this.reopen();
  }

  /** Call it when the video shows another frame. */
  async next() {
    const { video, socket } = this;
    if (this.isClosed || this.inFlight !== null || socket.readyState !== WebSocket.OPEN) return;
    if (this.isPaused) return;
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return;
    this.inFlight = performance.now();
    const way = drawPart(video, [video.videoWidth, video.videoHeight], this.region, this.side, this.canvas);
    this.way = this.region && way;
    const seen = look(video);
    const time = video.srcObject ? null : video.currentTime;
    const blob = await new Promise((done) => this.canvas.toBlob(done, "image/jpeg", QUALITY));
    if (socket !== this.socket || socket.readyState !== WebSocket.OPEN) return;
    if (!blob) {
      this.inFlight = null;
      return;
    }
    this.seen = seen;
    if (time !== null) socket.send(JSON.stringify({ time_s: time }));
    socket.send(blob);
  }

  take(record) {
    if (record.type === "event") {
      this.on.event(placed(record, this.way));
      return;
    }
    const sent = this.inFlight;
    this.inFlight = null;
    if (record.type === "error") this.on.problem(record.text);
    else this.on.record(placed(record, this.way), sent, this.seen);
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
