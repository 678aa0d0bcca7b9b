import { describe, expect, it } from 'vitest';
import type { Runtime } from './runtime.js';
import { stopRuntime } from './stop.js';

const SHUTDOWN_MS = 400;

/** A runtime of parts that only note that they were stopped; each may be replaced by one that misbehaves. */
function runtimeWith(accounts: { stop?: () => Promise<void>; hurry?: () => void } = {}, forced = () => undefined) {
  const stopped: string[] = [];
  const note = (name: string) => async (): Promise<void> => void stopped.push(name);
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runtime = {
    log: silent,
    state: { setPhase: (phase: string) => void stopped.push(phase) },
    config: { shutdownDeadlineMs: SHUTDOWN_MS },
    accounts: { stop: note('accounts'), hurry: () => undefined, ...accounts },
    hosts: { stopping: () => undefined, hurry: async () => void forced() },
    drivers: new Map([['simulated', { close: note('drivers') }]]),
    sessionsDir: '/nowhere',
    recorder: { flush: note('flush'), close: note('recorder') },
    dataSource: { isInitialized: true, destroy: note('store') },
    metrics: { close: () => undefined },
    closeMedia: () => undefined,
    closeWebhooks: () => undefined,
    outbound: { close: () => undefined },
  } as unknown as Runtime;
  const held = {
    opened: {},
    starting: Promise.resolve(),
    closeStream: note('stream'),
    closeHttp: note('http'),
    releaseDataDir: note('data folder'),
  };
  return { runtime, held, stopped };
}

const ORDER = ['shutting_down', 'accounts', 'drivers', 'flush', 'recorder', 'stream', 'http', 'store', 'data folder'];
const never = (): Promise<void> => new Promise(() => undefined);

describe('the stop of the runtime', () => {
  it('goes in the opposite order of the start', async () => {
    const { runtime, held, stopped } = runtimeWith();
    expect(await stopRuntime(runtime, held, new AbortController().signal)).toBe(true);
    expect(stopped).toEqual(ORDER);
  });

  it('lets no upkeep that hangs cost the sessions their time', async () => {
    const { runtime, held, stopped } = runtimeWith();
    const began = performance.now();
    let accountsAfterMs = Infinity;
    Object.assign(runtime.accounts, { stop: async () => void (accountsAfterMs = performance.now() - began) });
    expect(await stopRuntime(runtime, { ...held, opened: { endUpkeep: never } }, new AbortController().signal)).toBe(
      false,
    );
    expect(accountsAfterMs).toBeLessThan(SHUTDOWN_MS / 4);
    expect(stopped.at(-1)).toBe('data folder');
  });

  it('tries every other part when one never ends or fails, within its deadline', async () => {
    const { runtime, held, stopped } = runtimeWith({ stop: never });
    const failing = { ...held, closeHttp: () => Promise.reject(new Error('a bug')) };
    expect(await stopRuntime(runtime, failing, new AbortController().signal)).toBe(false);
    expect(stopped).toEqual(ORDER.filter((part) => part !== 'accounts' && part !== 'http'));
  });

  /** Sessions that don't end until they are forced. */
  function unwilling(): { accounts: { stop: () => Promise<void>; hurry: () => void }; forced: () => boolean } {
    let gone: () => void = () => undefined;
    let isForced = false;
    const hurry = (): void => {
      isForced = true;
      gone();
    };
    return { accounts: { stop: () => new Promise((resolve) => (gone = resolve)), hurry }, forced: () => isForced };
  }

  it('ends sessions by force when they take too long: what is gone in the end has ended well', async () => {
    const { accounts, forced } = unwilling();
    const { runtime, held, stopped } = runtimeWith(accounts);
    expect(await stopRuntime(runtime, held, new AbortController().signal)).toBe(true);
    expect([forced(), stopped.at(-1)]).toEqual([true, 'data folder']);
  });

  it.each(['before', 'while'])(
    'ends sessions and hosts by force at a second signal that comes %s they stop',
    async (when) => {
      let hosts = 0;
      const { accounts, forced } = unwilling();
      const { runtime, held } = runtimeWith(accounts, () => void (hosts += 1));
      Object.assign(runtime.config, { shutdownDeadlineMs: 60_000 });
      const second = new AbortController();
      if (when === 'before') second.abort();
      const done = stopRuntime(runtime, held, second.signal);
      second.abort();
      expect(await done).toBe(true);
      expect([forced(), hosts > 0]).toEqual([true, true]);
    },
  );

  it('leaves a store that does not answer soon after the second signal, and says so', async () => {
    const { runtime, held, stopped } = runtimeWith();
    Object.assign(runtime.config, { shutdownDeadlineMs: 60_000 });
    Object.assign(runtime.recorder, { flush: never });
    const second = new AbortController();
    const began = performance.now();
    const done = stopRuntime(runtime, held, second.signal);
    second.abort();
    expect(await done).toBe(false);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(stopped.at(-1)).toBe('data folder');
  });
});
