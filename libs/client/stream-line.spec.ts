import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLIENT_STREAM_OPEN_MS_MAX } from '#libs/contracts/limits/calls';
import { STREAM_SILENT_MS_MAX } from '#libs/contracts/limits/news';
import type { StreamFrame } from '#libs/contracts/stream';
import { openLine, type StreamSocket } from './stream-line.js';

const sockets: QuietSocket[] = [];
/** It does what a test does with it. */
class QuietSocket implements StreamSocket {
  onmessage: StreamSocket['onmessage'] = null;
  onclose: StreamSocket['onclose'] = null;
  onerror: StreamSocket['onerror'] = null;
  closed = false;
  constructor(readonly url: string) {
    sockets.push(this);
  }
  close(): void {
    this.closed = true;
  }
  says(text: string): void {
    this.onmessage?.({ data: text } as never);
  }
}

const frame = { topic: 'stream', event: 'x', id: null, cursor: '1', accountId: null, at: new Date(0).toISOString() };
const heard: StreamFrame[] = [];
const ends: { why: string; error?: unknown }[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  heard.length = ends.length = sockets.length = 0;
  const tells = {
    frame: (told: StreamFrame) => void heard.push(told),
    end: (end: { why: string }) => void ends.push(end),
  };
  openLine({ WebSocket: QuietSocket, url: 'ws://x/ws', protocols: [], ...tells });
});
afterEach(() => vi.useRealTimers());

describe('a connection of a stream', () => {
  it('that does not open, or says nothing at all, ends in time', () => {
    vi.advanceTimersByTime(CLIENT_STREAM_OPEN_MS_MAX - 1);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ends).toEqual([{ why: expect.stringContaining('nothing was heard') as string }]);
    expect(sockets[0]!.closed).toBe(true);
  });

  it('lives as long as it is heard, and not longer', () => {
    for (let beats = 0; beats < 10; beats += 1) {
      sockets[0]!.says(JSON.stringify({ ...frame, data: {} }));
      vi.advanceTimersByTime(STREAM_SILENT_MS_MAX - 1);
    }
    expect([heard.length, ends.length]).toEqual([10, 0]);
    vi.advanceTimersByTime(1);
    expect([ends.length, sockets[0]!.closed]).toEqual([1, true]);
  });

  it('that says what is no frame ends for good', () => {
    sockets[0]!.says('hello');
    expect(ends).toMatchObject([{ error: expect.any(SyntaxError) as unknown }]);
    expect(sockets[0]!.closed).toBe(true);
  });
});
