import type { Provider } from '#libs/contracts/account';
import { runEngineHost } from '#apps/engine/engine-host';
import type { Driver } from '#libs/drivers/driver';
import type { EngineProcess } from './engine-process.js';

export interface LinkedEngine extends EngineProcess {
  /** Ends it without a word, like SIGKILL. */
  die(): void;
  /** Says no more and hears no more, like SIGSTOP. */
  freeze(): void;
  /** Hears no more, as when the runtime is frozen. Resolves when the host has left. */
  deafen(): Promise<void>;
  /** The line breaks as when the runtime was killed; resolves when the host has left. */
  lose(): Promise<void>;
}

/** A real engine host in this process: every word between it and the runtime is copied as JSON, and takes a turn. */
export function linkEngine(drivers: ReadonlyMap<Provider, Driver>): LinkedEngine {
  const toHost = new Set<(raw: unknown) => void>();
  const toRuntime = new Set<(raw: unknown) => void>();
  const atExit = new Set<(how: string) => void>();
  const atDisconnect = new Set<() => void>();
  let state: 'living' | 'frozen' | 'dead' = 'living';
  let deaf = false;
  const pass = (hearers: Set<(raw: unknown) => void>, message: unknown): void => {
    const raw: unknown = JSON.parse(JSON.stringify(message));
    setImmediate(() => {
      if (state === 'living') for (const hear of hearers) hear(raw);
    });
  };
  const die = (how: string): void => {
    if (state === 'dead') return;
    state = 'dead';
    for (const run of atExit) run(how);
  };
  const engine: LinkedEngine = {
    pid: 0,
    send: (message) => {
      if (!deaf) pass(toHost, message);
    },
    onMessage: (hear) => void toRuntime.add(hear),
    onExit: (run) => void atExit.add(run),
    end: async () => {
      die('SIGKILL');
      return true;
    },
    die: () => die('SIGKILL'),
    freeze: () => void (state = 'frozen'),
    deafen: () => {
      deaf = true;
      return new Promise((resolve) => atExit.add(() => resolve()));
    },
    lose: () =>
      new Promise((resolve) => {
        atExit.add(() => resolve());
        for (const run of atDisconnect) run();
      }),
  };
  runEngineHost({
    drivers,
    exit: (code) => die(`exit code ${code}`),
    limits: { heartbeatEveryMs: 20, renewalMissingMsMax: 400, orphanCloseMsMax: 200, leaveMsMax: 200 },
    channel: {
      send: (message) => pass(toRuntime, message),
      flushed: () => new Promise((resolve) => setImmediate(resolve)),
      onMessage: (hear) => void toHost.add(hear),
      onDisconnect: (run) => void atDisconnect.add(run),
    },
  });
  return engine;
}
