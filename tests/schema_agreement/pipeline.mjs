// SPDX-License-Identifier: Apache-2.0
// One HTTP connection with many requests on their way at once (RFC 9112 section 9.3.2), because a
// million bodies would otherwise wait for a million round trips.
import net from "node:net";

// How many requests may be unanswered at one time.
const UNDER_WAY = 256;

export class Pipeline {
  // `address` is HOST:PORT.
  static async open(address) {
    const [host, port] = address.split(":");
    const socket = net.createConnection({ host, port: Number(port), noDelay: true });
    await new Promise((done, failed) => socket.once("connect", done).once("error", failed));
    return new Pipeline(socket);
  }

  constructor(socket) {
    this.socket = socket;
    this.unread = Buffer.alloc(0);
    this.waiting = [];
    this.room = [];
    const lost = (error) => this.lose(error ?? new Error("the server closed the connection"));
    socket.on("data", (bytes) => this.take(bytes)).on("error", lost).on("close", () => lost());
  }

  // {status, headers, body}, as soon as it is there. Waits first while too many are under way.
  async send(method, path, body = "") {
    while (this.waiting.length >= UNDER_WAY) await new Promise((done) => this.room.push(done));
    if (this.failure) throw this.failure;
    const bytes = Buffer.from(body);
    const head = `${method} ${path} HTTP/1.1\r\nHost: agreement.test\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    this.socket.write(Buffer.concat([Buffer.from(head), bytes]));
    return { answer: new Promise((done, failed) => this.waiting.push({ done, failed })) };
  }

  async ask(method, path, body) {
    return (await this.send(method, path, body)).answer;
  }

  close() {
    this.socket.removeAllListeners("close");
    this.socket.destroy();
  }

  take(bytes) {
    this.unread = this.unread.length === 0 ? bytes : Buffer.concat([this.unread, bytes]);
    let at = 0;
    for (;;) {
      const end = this.unread.indexOf("\r\n\r\n", at);
      if (end < 0) break;
      const lines = this.unread.toString("latin1", at, end).split("\r\n");
      const headers = new Map(lines.slice(1).map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }));
      const size = Number(headers.get("content-length") ?? 0);
      const next = end + 4 + size;
      if (this.unread.length < next) break;
      const body = this.unread.toString("utf8", end + 4, next);
      this.waiting.shift().done({ status: Number(lines[0].split(" ")[1]), headers, body });
      at = next;
    }
    this.unread = this.unread.subarray(at);
    while (this.room.length > 0 && this.waiting.length < UNDER_WAY) this.room.shift()();
  }

  lose(error) {
    this.failure ??= error;
    for (const { failed } of this.waiting.splice(0)) failed(this.failure);
    for (const done of this.room.splice(0)) done();
  }
}
