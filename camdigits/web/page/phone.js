// What a device is told while it reads: its screen stays on; its lamp and its zoom, where the camera has them.

/** Keeps the screen on as long as that is wanted and the page is seen. */
export class Awake {
  constructor() {
    Object.assign(this, { lock: null, isWanted: false, isAsking: false });
    // A page that is hidden loses its lock, and none comes back by itself.
    document.addEventListener("visibilitychange", () => this.settle());
  }

  want(isWanted) {
    this.isWanted = isWanted;
    this.settle();
  }

  get isDue() {
    return this.isWanted && document.visibilityState === "visible";
  }

  async settle() {
    if (this.isAsking || this.isDue === Boolean(this.lock)) return;
    if (this.lock) return this.lock.release();
    this.isAsking = true;
    try {
      const lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => (this.lock = null));
      this.lock = lock;
    } catch {
      // Without https there is none, and some devices give none when the battery is low.
    }
    this.isAsking = false;
    if (this.lock && !this.isDue) this.lock.release();
  }
}

/** What a camera has beside its picture: {torch: whether it has a lamp, zoom: {min, max, step} or null, now}. */
export function abilities(track) {
  const { torch, zoom } = track.getCapabilities?.() ?? {};
  const isZoom = zoom && zoom.max > zoom.min;
  return { torch: Boolean(torch), zoom: isZoom ? { ...zoom, step: zoom.step || (zoom.max - zoom.min) / 20 } : null, now: track.getSettings() };
}

/**
 * Set the lamp and the zoom, both each time: what is set later takes the place of what was set before.
 * They go in a set of their own, for Chromium refuses them beside sizes.
 */
export const adjust = (track, settings) => track.applyConstraints({ advanced: [settings] });
