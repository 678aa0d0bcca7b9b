import { IncomingMessage } from 'node:http';

const asked = new WeakSet<IncomingMessage>();

/**
 * A request that counts as an upgrade only when it asks for a WebSocket. Node hands everything else that says `Upgrade` to
 * whoever listens for upgrades, too, as soon as anybody does: HTTP clients that offer h2c with each call, as Java's does,
 * would get no answer any more. Given to http.createServer as `IncomingMessage`.
 */
export class WebSocketRequest extends IncomingMessage {
  get upgrade(): boolean {
    return asked.has(this) && /^websocket$/i.test(this.headers.upgrade ?? '');
  }

  /** Node's parser sets it, from the constructor on. */
  set upgrade(asks: boolean) {
    if (asks) asked.add(this);
    else asked.delete(this);
  }
}
