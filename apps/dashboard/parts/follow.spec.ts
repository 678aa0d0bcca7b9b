import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MusterApiError } from '#libs/client/api-error';
import { EventStream } from '#libs/client/event-stream';
import { MusterStreamError } from '#libs/client/stream-error';
import type { StreamSocket } from '#libs/client/stream-line';
import { STREAM_CLOSES, type StreamFrame } from '#libs/contracts/stream';
import { type Follower, follow, toldOnce } from './follow.js';

const sockets: QuietSocket[] = [];
/** It says what a test lets it say. */
class QuietSocket implements StreamSocket {
  onmessage: StreamSocket['onmessage'] = null;
  onclose: StreamSocket['onclose'] = null;
  onerror: StreamSocket['onerror'] = null;
  isClosed = false;
  constructor() {
    sockets.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  says(event: string): void {
    const [topic, id] = event === 'stream.hello' ? (['stream', null] as const) : (['accounts', event] as const);
    const frame: StreamFrame = { topic, event, id, cursor: '1', accountId: null, at: '2026-01-01T00:00:00Z', data: {} };
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }
  ends(code: number): void {
    this.onclose?.({ code, reason: '' } as never);
  }
}

const muster = {
  stream: ({ signal }: { readonly signal?: AbortSignal } = {}) => {
    const refusal = async (): Promise<null> => null;
    return new EventStream({ WebSocket: QuietSocket, protocols: [], addressSince: () => 'ws://x/ws', refusal, signal });
  },
};

let leave: AbortController;
let done: string[];
/** It goes on after each fault, unless a test says otherwise. */
const start = (more: Partial<Follower>): Promise<void> => {
  const failed = (error: unknown): boolean => done.push(`failed: ${(error as Error).message}`) > 0;
  const take = ({ event }: StreamFrame): void => void done.push(event);
  return follow(muster, { signal: leave.signal }, { take, failed, ...more });
};
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [leave, done, sockets.length] = [new AbortController(), [], 0];
});
afterEach(() => {
  leave.abort();
  vi.useRealTimers();
});

describe('a page that follows the stream', () => {
  it('reads when nothing can be missed any more, and takes what came meanwhile after that', async () => {
    let answer = (): void => undefined;
    const lines: string[] = [];
    const read = async (): Promise<void> => {
      await new Promise<void>((resolve) => (answer = resolve));
      done.push('read');
    };
    void start({ read, line: ({ is }) => lines.push(is) });
    await settled();
    answer();
    await settled();
    expect(done).toEqual([]);
    sockets[0]!.says('stream.hello');
    sockets[0]!.says('account.changed');
    await settled();
    expect(done).toEqual([]);
    answer();
    await settled();
    expect([done, lines]).toEqual([['read', 'account.changed'], ['live']]);
  });

  it('begins anew two seconds after a fault, by another stream', async () => {
    let tries = 0;
    const read = async (): Promise<void> => {
      if ((tries += 1) === 1) throw new Error('broken');
      done.push('read');
    };
    void start({ read });
    sockets[0]!.says('stream.hello');
    await vi.advanceTimersByTimeAsync(1_999);
    expect([done, sockets.length]).toEqual([['failed: broken'], 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect([sockets[0]!.isClosed, sockets.length]).toEqual([true, 2]);
    sockets[1]!.says('stream.hello');
    await settled();
    expect(done).toEqual(['failed: broken', 'read']);
  });

  it('ends with a fault that is the last one, of which it is told why', async () => {
    const errors: unknown[] = [];
    const following = start({ failed: (error) => errors.push(error) < 0 });
    sockets[0]!.ends(STREAM_CLOSES.policy.code);
    await following;
    expect(errors).toEqual([expect.objectContaining({ name: 'MusterStreamError', why: 'refused' })]);
    expect(sockets).toHaveLength(1);
  });

  it('ends when it is left, and calls what breaks by that no fault', async () => {
    const left = (): Promise<void> =>
      new Promise((_resolve, reject) => leave.signal.addEventListener('abort', () => reject(new Error('left'))));
    const following = start({ read: left });
    sockets[0]!.says('stream.hello');
    await settled();
    leave.abort();
    await following;
    expect([done, sockets[0]!.isClosed, sockets.length]).toEqual([[], true, 1]);
  });
});

describe('a person', () => {
  const problem = (status: number): MusterApiError =>
    new MusterApiError({ type: '', title: '', status, code: 'x', detail: '' }, null);

  it('is told once what the API refuses, and goes on following', () => {
    const told: unknown[] = [];
    const failed = toldOnce((error) => told.push(error));
    const faults = [problem(404), new TypeError('no line'), problem(500), problem(503)];
    expect(faults.map(failed)).toEqual([true, true, true, true]);
    expect(told).toEqual([faults[2]]);
  });

  it('is told that the line was closed for good', () => {
    const told: unknown[] = [];
    const closed = new MusterStreamError('refused', 'for good');
    expect([toldOnce((error) => told.push(error))(closed), told]).toEqual([false, [closed]]);
  });
});
