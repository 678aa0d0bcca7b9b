import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type MusterClient } from '#libs/client/client';
import { waitUntil } from '#libs/client/wait-until';
import { BrowserWatch } from '#test/sequences/browser-watch';
import { freePort } from '#test/support/free-port';
import { type Receiver, startReceiver } from '#test/support/receiver';
import { mountSmallDisk, type SmallDisk } from '#test/support/small-disk';
import { Fleet } from './fleet.js';
import { JournalReader } from './journal-reader.js';
import { ENVIRONMENT } from './patience.js';
import { OurProcesses } from './processes.js';
import { Service } from './service.js';
import { type StandInProcess, startStandIn } from './stand-in-process.js';
import { Traffic } from './traffic.js';

export interface ChaosStage extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly folder: string;
  readonly client: MusterClient;
  readonly service: Service;
  readonly standIn: StandInProcess;
  readonly ours: OurProcesses;
  readonly watch: BrowserWatch;
  readonly journal: JournalReader;
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  readonly receiver: Receiver;
  /** Null where we may not mount one. */
  readonly disk: SmallDisk | null;
  /** What the watches saw and must not be. */
  readonly wrongs: { readonly accountId: string; readonly what: string }[];
}

export interface StageOptions {
  readonly seed: number;
  /** Its logs are left when it says so at the end. */
  readonly keep?: () => boolean;
}

/** The database and its log, 20 profiles with a copy of each, and DISK_FREE_MB_MIN. */
const DISK_MB = 2_000;
const START = { timeoutMs: 60_000, everyMs: 100 };
/** A call of a client: a runtime that is frozen does not answer it, and it is repeated under its key. */
const CALL_MS_MAX = 8_000;

/** A runtime under a service manager, a stand-in of WhatsApp, clients and people; no account yet. */
export async function setChaosStage({ seed, keep = () => false }: StageOptions): Promise<ChaosStage> {
  const closings: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await build(seed, keep, closings)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(seed: number, keep: () => boolean, closings: (() => unknown)[]) {
  const opened = <Part extends AsyncDisposable>(part: Part): Part => {
    closings.push(() => part[Symbol.asyncDispose]());
    return part;
  };
  const folder = await mkdtemp(join(tmpdir(), 'muster-chaos-'));
  closings.push(() => (keep() ? undefined : rm(folder, { recursive: true, force: true, maxRetries: 5 })));
  await chmod(folder, 0o755); // the embedded Postgres runs as another user when we are root
  const disk = await mountSmallDisk(DISK_MB);
  if (disk) opened(disk);
  const dataDir = join(disk?.path ?? folder, 'data');
  await mkdir(dataDir);
  const standIn = opened(await startStandIn(join(folder, 'stand-in')));
  const journal = opened(new JournalReader(standIn.control));
  const receiver = opened(await startReceiver());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = new Service({ env: environment({ dataDir, port, standIn }), logDir: folder });
  const wrongs: { accountId: string; what: string }[] = [];
  const client = createClient({ baseUrl: url, timeoutMs: CALL_MS_MAX });
  const traffic = new Traffic(client, standIn.control, seed);
  const runtime = (): number | null => service.pid;
  const accounts = (): readonly string[] => fleet.active.map(({ id }) => id);
  const ours = opened(new OurProcesses({ dataDir, standIn: standIn.pid, runtime, accounts }));
  closings.push(() => ours.killAll());
  const watch = opened(new BrowserWatch((id) => ours.profileOf(id)));
  const wrong = (accountId: string, what: string): void => void wrongs.push({ accountId, what });
  const fleet: Fleet = new Fleet(client, standIn.control, watch, traffic, journal, { seed, wrong });
  closings.push(() => service.end());
  service.begin();
  await waitUntil('the first start', () => isReady(url), Boolean, START);
  const parts = { service, standIn, ours, watch, journal, traffic, fleet, receiver, disk, wrongs };
  return { url, dataDir, folder, client, ...parts };
}

/** Asked without the client's patience: what is looked for is the moment. */
export async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.status === 200;
}

function environment({
  dataDir,
  port,
  standIn,
}: {
  dataDir: string;
  port: number;
  standIn: StandInProcess;
}): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'CHROMIUM_PATH'];
  return {
    ...Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    ...ENVIRONMENT,
    DATA_DIR: dataDir,
    PORT: String(port),
    CHROMIUM_ARGS: standIn.chromiumArgs,
    ALLOW_PRIVATE_TARGETS: 'true',
  };
}
