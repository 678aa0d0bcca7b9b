import { Emitter } from './model.js';

/** The line to the server. It comes back by itself for ever; events: `open`, `closed`, and `frame` with what the server says. */
const RETRY_MS_MIN = 200;
/** Short, so that a test of a lost network needs no patience; WhatsApp's own goes up to minutes. */
const RETRY_MS_MAX = 3_000;

class Line extends Emitter {
  #socket = null;
  #retryMs = RETRY_MS_MIN;
  #asked = new Map();
  #rid = 0;

  connect() {
    const socket = new WebSocket(`wss://${location.host}/line`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#retryMs = RETRY_MS_MIN;
      this.trigger('open');
    };
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => this.#lost();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  tell(frame) {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
  }

  /** The server's answer; rejects when the line is lost first, and pends as long as the server is silent. */
  ask(frame) {
    if (!this.isOpen) return Promise.reject(new Error('the line is down'));
    const rid = ++this.#rid;
    return new Promise((resolve, reject) => {
      this.#asked.set(rid, { resolve, reject });
      this.tell({ ...frame, rid });
    });
  }

  #hear(frame) {
    if (frame.type !== 'reply') return this.trigger('frame', frame);
    this.#asked.get(frame.rid)?.resolve(frame.answer);
    this.#asked.delete(frame.rid);
  }

  #lost() {
    for (const { reject } of this.#asked.values()) reject(new Error('the line was lost'));
    this.#asked.clear();
    this.trigger('closed');
    setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
  }
}

export const line = new Line();
