// The way to the server: the token, requests, WebSockets.

const PROTOCOL = "camdigits.v1";
const token = tokenOf();

function tokenOf() {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}

// The address of a server that was started again differs behind the #, for which browsers load nothing.
addEventListener("hashchange", () => tokenOf() !== token && location.reload());

/** A request that the server did not do; the message is a line for people. */
export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

const headers = token ? { authorization: `Bearer ${token}` } : {};

function address(path, query) {
  const asked = new URLSearchParams(query).toString();
  return asked ? `${path}?${asked}` : path;
}

/**
 * Ask the server, and return the JSON that it answers.  Throws `Refused`, or `TypeError` if there is no answer.
 * With `onProgress`, that is told the share of the body that was sent.
 */
export async function ask(path, { method = "GET", query = {}, body, onProgress } = {}) {
  if (onProgress) return upload(path, { method, query, body, onProgress });
  const answer = await sent(address(path, query), { method, body });
  return answer.json();
}

/** Ask the server for a picture, and return an address for it; throws as `ask`. */
export async function askPicture(path) {
  return URL.createObjectURL(await (await sent(path, {})).blob());
}

async function sent(path, settings) {
  const answer = await fetch(path, { ...settings, headers });
  if (answer.ok) return answer;
  const found = await answer.json().catch(() => ({ text: `status ${answer.status}` }));
  throw new Refused(answer.status, found.text);
}

/** Have a WebSocket that was refused close with the reason, which browsers keep to themselves. */
function tellWhy(socket) {
  let isTold = false;
  socket.addEventListener("open", () => (isTold = true));
  socket.addEventListener("close", async (event) => {
    if (isTold) return;
    isTold = true;
    event.stopImmediatePropagation();
    const refusal = await ask("v1/info").catch((error) => error);
    const isWrong = refusal instanceof Refused && refusal.status === 401;
    const found = isWrong ? { code: 1008, reason: refusal.message } : { code: event.code, reason: event.reason };
    socket.dispatchEvent(new CloseEvent("close", found));
  });
}

/** Return a WebSocket that is being opened; the token goes along as a subprotocol. */
export function connect(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  url.search = new URLSearchParams(query).toString();
  const socket = new WebSocket(url, token ? [PROTOCOL, `token.${token}`] : [PROTOCOL]);
  socket.binaryType = "blob";
  tellWhy(socket);
  return socket;
}

/** Ask as `ask` does; fetch does not tell how much of the body was sent. */
function upload(path, { method, query, body, onProgress }) {
  const request = new XMLHttpRequest();
  request.open(method, address(path, query));
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
  return new Promise((done, fail) => {
    request.onload = () => {
      const found = request.response ?? { text: `status ${request.status}` };
      if (request.status >= 200 && request.status < 300) done(found);
      else fail(new Refused(request.status, found.text));
    };
    request.onerror = () => fail(new TypeError("no answer"));
    request.send(body);
  });
}

/** Return a picture, or a page of a document, as one that every browser shows. */
export async function picture(file, page) {
  const answer = await fetch(address("v1/picture", page ? { page } : {}), { method: "POST", headers, body: file });
  if (!answer.ok) throw new Refused(answer.status, "");
  return answer.blob();
}
