// The cameras of this browser.

const BACK = /back|rear|environment|rück|arrière|tras|posterior|背|后/i;
const REMEMBERED = "camdigits.camera";

/** Whether this looks like a phone or tablet, whose back camera is the one to begin with. */
export const isHandheld = matchMedia("(pointer: coarse)").matches;

/** Why there can be no camera at all, as a line that says what to do; "" if there can. */
export function impossible() {
  if (window.isSecureContext && navigator.mediaDevices?.getUserMedia) return "";
  if (window.isSecureContext) return "This browser gives pages no camera. A photo or video can be read all the same.";
  return "Browsers give the camera only to https or to localhost. Start camdigits serve --host without --no-tls and open the address that it prints; a photo or video can be read all the same.";
}

/** Open a camera: the one with this id, else the one used last, else the back camera on phones. */
export async function open(id = remembered()) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const facing = { facingMode: { ideal: isHandheld ? "environment" : "user" } };
  const tries = id ? [{ ...size, deviceId: { exact: id } }, { ...size, ...facing }] : [{ ...size, ...facing }];
  let error;
  for (const video of tries) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      remember(stream);
      return stream;
    } catch (problem) {
      error = problem;
      if (problem.name !== "OverconstrainedError" && problem.name !== "NotFoundError") break;
    }
  }
  throw error;
}

/** The id of the camera that a stream comes from. */
export const idOf = (stream) => stream.getVideoTracks()[0]?.getSettings().deviceId ?? "";

/** The cameras, [{id, label}], back cameras first on phones; names are known once one was allowed. */
export async function list() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const cameras = devices
    .filter((device) => device.kind === "videoinput")
    .map((device, place) => ({ id: device.deviceId, label: device.label || `Camera ${place + 1}` }));
  const rank = (camera) => (isHandheld && BACK.test(camera.label) ? 0 : 1);
  return cameras.sort((a, b) => rank(a) - rank(b));
}

/** What went wrong with a camera, as a line that says what to do. */
export function explain(error) {
  const lines = {
    NotAllowedError: "The camera was not allowed. Allow it for this page (the sign beside the address), then press Start the camera; or read a photo or video instead.",
    NotFoundError: "No camera was found. Plug one in, then press Start the camera; or read a photo or video instead.",
    NotReadableError: "The camera is in use by another program. Close that one, then press Start the camera.",
    OverconstrainedError: "That camera is not there any more. Choose another.",
  };
  return lines[error.name] ?? `The camera could not be opened (${error.message || error.name}). Try another, or read a photo.`;
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return ""; // storage may be forbidden
  }
}

function remember(stream) {
  try {
    localStorage.setItem(REMEMBERED, idOf(stream));
  } catch {
    // then the next visit begins as this one did
  }
}
