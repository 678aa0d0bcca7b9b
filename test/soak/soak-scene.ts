import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { createClient, type MusterClient } from '#libs/client/client';
import { inLanes } from '#test/bench/lanes';
import { type CuttableLine, layLine } from '#test/support/cuttable-line';
import { freePort } from '#test/support/free-port';
import { type Receiver, startReceiver } from '#test/support/receiver';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { setStage, type WhatsappStage } from '#test/support/whatsapp-stage';
import { inspectorAt } from './live-heap.js';
import type { SoakOptions } from './options.js';
import { OrphanWatch } from './orphan-watch.js';

export interface SoakPerson {
  readonly id: string;
  readonly name: string;
  readonly number: string;
}

/** A built runtime with connected accounts, and all that listens to it. */
export interface SoakScene extends AsyncDisposable {
  readonly runtime: TestRuntime;
  readonly people: readonly SoakPerson[];
  /** The stand-in's side; null with simulated accounts. */
  readonly whatsapp: WhatsappStage | null;
  readonly orphans: OrphanWatch;
  readonly tempDir: string;
  /** Of the runtime's. */
  readonly inspectorPort: number;
  /** Between the runtime and the one who listens to its stream. */
  readonly line: CuttableLine;
  readonly listener: MusterClient;
  readonly receiver: Receiver;
}

/** So that the death of a host strikes some accounts and not others. */
const HOST_ACCOUNTS = 2;
/** Nobody gives up here: a fault a minute is more than any account meets in life. And all are back before the next one. */
const ENV = {
  RESTARTS_MAX: '1000',
  BACKOFF_FIRST_MS: '1000',
  BACKOFF_MS_MAX: '10000',
  LOG_LEVEL: 'info',
  ALLOW_PRIVATE_TARGETS: 'true', // the receiver is on loopback
  ENGINE_HOST_ACCOUNTS_MAX: String(HOST_ACCOUNTS),
};
const PAIRED_AT_ONCE = 3;
const FIRST_NUMBER = 491_700_000_400;
const CALLS_PARALLEL = 32;
const CONNECTED = { timeoutMs: 120_000, everyMs: 100 };

export async function setSoak({ provider, accounts }: SoakOptions, signal: AbortSignal): Promise<SoakScene> {
  const tempDir = await mkdtemp(join(tmpdir(), 'muster-soak-'));
  await chmod(tempDir, 0o777); // Postgres may run as another user
  await using opened = new Opened();
  opened.defer(() => rm(tempDir, { recursive: true, force: true, maxRetries: 5 }));
  const inspectorPort = await freePort();
  const env = { ...ENV, ...inspectorAt(inspectorPort), TMPDIR: tempDir };
  const whatsapp = provider === 'whatsapp' ? opened.use(await setStage(env)) : null;
  const runtime = whatsapp?.runtime ?? opened.use(await startRuntime(env));
  const line = opened.use(await layLine(Number(new URL(runtime.url).port)));
  const receiver = opened.use(await startReceiver());
  const people: SoakPerson[] = [];
  if (whatsapp) {
    await inLanes(Array(accounts).keys(), PAIRED_AT_ONCE, signal, async (n) => {
      const id = await whatsapp.create(`soak ${n}`);
      const number = `+${FIRST_NUMBER + n}`;
      await whatsapp.pair(id, number);
      people[n] = { id, name: `a${n}`, number };
    });
  } else {
    await inLanes(Array(accounts).keys(), CALLS_PARALLEL, signal, async (n) => {
      const { id } = await runtime.client.accounts.create({ label: `soak ${n}`, provider: 'simulated' });
      await runtime.client.accounts.connect(id);
      const { phone } = await runtime.client.accounts.untilConnected(id, CONNECTED);
      people[n] = { id, name: `a${n}`, number: phone! };
    });
  }
  const close = opened.move();
  return {
    ...{ runtime, people, whatsapp, tempDir, inspectorPort, line, receiver },
    orphans: new OrphanWatch(),
    listener: createClient({ baseUrl: `http://127.0.0.1:${line.port}`, WebSocket }),
    [Symbol.asyncDispose]: close,
  };
}

/** What was opened so far, closed in reverse when the rest fails. Node 20 has no AsyncDisposableStack. */
class Opened implements AsyncDisposable {
  private closes: (() => Promise<unknown>)[] = [];

  use<T extends AsyncDisposable>(opened: T): T {
    this.defer(async () => opened[Symbol.asyncDispose]());
    return opened;
  }

  defer(close: () => Promise<unknown>): void {
    this.closes.push(close);
  }

  /** From now on it is the caller's. */
  move(): () => Promise<void> {
    const closes = this.closes;
    this.closes = [];
    return async () => {
      for (const close of closes.toReversed()) await close();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.move()();
  }
}
