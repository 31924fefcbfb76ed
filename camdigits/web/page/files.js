// What was chosen, dropped or pasted: a photo, a video, or neither.

const VIDEO_NAME = /\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|3gp|ts|ogv)$/i;
const PATIENCE_MS = 8000;

const isDocument = (file) => file.type === "application/pdf" || /\.pdf$/i.test(file.name);
const isVideo = (file) => file.type.startsWith("video/") || VIDEO_NAME.test(file.name);

/** Return what a file is to be shown as, "video" or "photo".  Throws a line that says why neither. */
export async function kindOf(file) {
  const name = file.name || "The file";
  const start = await file.slice(0, 1).arrayBuffer().catch(() => null);
  if (!start) throw new Error(`${name} cannot be read. Choose a photo or video file.`);
  if (!start.byteLength) throw new Error(`${name} is empty. Choose another photo or video.`);
  if (isVideo(file)) {
    if (await plays(file)) return "video";
    throw new Error(`This browser cannot play ${name}. camdigits run reads it on the command line.`);
  }
  if (file.type && !file.type.startsWith("image/") && !isDocument(file)) throw new Error(`${name} is neither photo nor video. Choose another.`);
  return "photo";
}

/** Return the photos and the videos among files, by what they are called. */
export function parted(all) {
  return [all.filter((file) => !isVideo(file)), all.filter(isVideo)];
}

/** Whether this browser shows a picture; some it cannot that camdigits reads. */
export async function shows(file) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

async function plays(file) {
  const url = URL.createObjectURL(file), trial = document.createElement("video");
  const isPlayed = await new Promise((done) => {
    trial.onloadeddata = () => done(trial.videoWidth > 0);
    trial.onerror = () => done(false);
    setTimeout(done, PATIENCE_MS, false);
    Object.assign(trial, { muted: true, preload: "auto", playsInline: true, src: url });
  });
  trial.removeAttribute("src");
  trial.load();
  URL.revokeObjectURL(url);
  return isPlayed;
}
