import { type WebSocket } from 'ws';
import { type FrameToPage, type NumberedFrame } from './wire.js';

/** The server's end of a page's line. */
export interface PageLine {
  tell(frame: NumberedFrame): void;
  /** Speaks for the test, not for WhatsApp: heard though the network is cut in silence. */
  command(frame: FrameToPage): void;
  /** Cuts the line: the page hears of it at once. */
  drop(): void;
  /** The network is cut in silence, or whole again. As TCP does it, what is said meanwhile, here or there, arrives afterwards. */
  hush(silent: boolean): void;
}

/** More than a test says to one page while it hears nothing; a line with so much unconfirmed would have been given up. */
export const FRAMES_WAITING_MAX = 10_000;

export function createPageLine(socket: WebSocket, reset: () => void): PageLine {
  const waiting: NumberedFrame[] = [];
  let silent = false;
  // A page that has just left hears nothing; its line tells its own end.
  const send = (frame: NumberedFrame): void => socket.send(JSON.stringify(frame), () => {});
  return {
    tell(frame) {
      if (!silent) return send(frame);
      waiting.push(frame);
      if (waiting.length > FRAMES_WAITING_MAX) reset();
    },
    command: send,
    drop: reset,
    hush(on) {
      silent = on;
      if (on) return socket.pause();
      socket.resume();
      for (const frame of waiting.splice(0)) send(frame);
    },
  };
}
