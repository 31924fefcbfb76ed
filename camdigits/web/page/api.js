// The way to the server: the token, requests, WebSockets.

const PROTOCOL = "camdigits.v1";
const token = new URLSearchParams(location.hash.slice(1)).get("token");

/** A request that the server did not do; the message is a line for people. */
export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** Ask the server, and return the JSON that it answers.  Throws `Refused`, or `TypeError` if there is no answer. */
export async function ask(path, { method = "GET", query = {}, body } = {}) {
  const asked = new URLSearchParams(query).toString();
  const answer = await sent(asked ? `${path}?${asked}` : path, { method, body });
  return answer.json();
}

/** Ask the server for a picture, and return an address for it; throws as `ask`. */
export async function askPicture(path) {
  return URL.createObjectURL(await (await sent(path, {})).blob());
}

async function sent(path, settings) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { ...settings, headers });
  if (answer.ok) return answer;
  const found = await answer.json().catch(() => ({ text: `status ${answer.status}` }));
  throw new Refused(answer.status, found.text);
}

/** Return a WebSocket that is being opened; the token goes along as a subprotocol. */
export function connect(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  url.search = new URLSearchParams(query).toString();
  const socket = new WebSocket(url, token ? [PROTOCOL, `token.${token}`] : [PROTOCOL]);
  socket.binaryType = "blob";
  return socket;
}
