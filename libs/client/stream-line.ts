import { CLIENT_STREAM_OPEN_MS_MAX } from '#libs/contracts/limits/calls';
import { STREAM_SILENT_MS_MAX } from '#libs/contracts/limits/news';
import { parseAnswer } from '#libs/contracts/parse';
import { STREAM_CLOSES, type StreamFrame, streamFrameSchema } from '#libs/contracts/stream';
import { MusterStreamError } from './stream-error.js';

/** What is needed of a WebSocket: that of browsers fits, and so does that of the package `ws`. */
export interface StreamSocket {
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  close(code?: number): void;
  /** Only in Node: without the handshake for which a dead peer would be waited for. */
  terminate?(): void;
}
export type StreamSocketConstructor = new (url: string, protocols: string[]) => StreamSocket;

export interface LineWorld {
  readonly WebSocket: StreamSocketConstructor;
  readonly url: string;
  readonly protocols: string[];
  frame(frame: StreamFrame): void;
  /** Once, and not after `close`. `error`: there is no use in trying again. */
  end(end: { readonly why: string; readonly error?: unknown }): void;
}

/** One connection, from its opening to its end. It ends by itself when nothing comes for too long. */
export function openLine(world: LineWorld): { close(): void } {
  const socket = new world.WebSocket(world.url, world.protocols);
  let limitMs = CLIENT_STREAM_OPEN_MS_MAX;
  let heardAt = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const leave = (): void => {
    clearTimeout(timer);
    socket.onmessage = socket.onclose = null;
    // `ws` throws an error that nobody listens for.
    socket.onerror = () => undefined;
  };
  const watch = (): void => {
    const restMs = heardAt + limitMs - performance.now();
    if (restMs > 0) return void (timer = setTimeout(watch, restMs));
    leave();
    if (socket.terminate) socket.terminate();
    else socket.close();
    world.end({ why: `nothing was heard for ${limitMs} ms` });
  };
  watch();
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    heardAt = performance.now();
    limitMs = STREAM_SILENT_MS_MAX;
    try {
      world.frame(parseAnswer(streamFrameSchema, JSON.parse(String(data))));
    } catch (error) {
      leave();
      socket.close();
      world.end({ why: 'a frame could not be read', error });
    }
  };
  socket.onerror = () => undefined; // a close follows, which says as much
  socket.onclose = (event: { readonly code: number; readonly reason: string }) => {
    leave();
    world.end(endOf(event));
  };
  return {
    close: () => {
      leave();
      socket.close(1000);
    },
  };
}

function endOf({ code, reason }: { readonly code: number; readonly reason: string }): {
  readonly why: string;
  readonly error?: unknown;
} {
  const told = Object.values(STREAM_CLOSES).find((close) => close.code === code)?.text;
  const why = reason || told || `the connection was closed (${code})`;
  if (code === STREAM_CLOSES.cursor_expired.code) return { why, error: new MusterStreamError('cursor_expired', why) };
  if (code === STREAM_CLOSES.policy.code) return { why, error: new MusterStreamError('refused', why) };
  return { why };
}
