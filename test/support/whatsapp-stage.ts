import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSimulatorControl, ControlRefusal, type SimulatorControl } from '#apps/simulator/control/control-client';
import { startSimulator } from '#apps/simulator/simulator';
import type { MusterClient } from '#libs/client/client';
import { waitUntil } from '#libs/client/wait-until';
import type { AccountView } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { listProcesses, listTree, listUsersOfProfile } from '#libs/processes/process-table';
import { browsersAmong } from '#test/scenarios/browsers-among';
import { startRuntime, type TestRuntime } from './runtime.js';

/** A built runtime beside a stand-in of WhatsApp, each in a folder of its own, and all that may be done to them. */
export interface WhatsappStage extends AsyncDisposable {
  /** The one that runs now. */
  readonly runtime: TestRuntime;
  readonly client: MusterClient;
  /** The phones. */
  readonly control: SimulatorControl;
  create(label: string): Promise<string>;
  /** Commands `connect`, scans the code that Muster shows, and waits for CONNECTED. */
  pair(id: string, number: string): Promise<AccountView>;
  scan(id: string, number: string): Promise<void>;
  /** Where the account went after step `seq` of its history. */
  stepsAfter(id: string, seq: number): Promise<readonly TransitionView[]>;
  lastSeq(id: string): Promise<number>;
  /** The number of the session the account has now. */
  incarnation(id: string): Promise<number>;
  /** The browser's own process, its helpers after it; empty when there is none. */
  browserOf(id: string): readonly ProcessEntry[];
  profileOf(id: string): string;
  engineHosts(): readonly ProcessEntry[];
  /** All that the runtime has started, itself included. */
  processes(): readonly ProcessEntry[];
  /** Processes that work in the runtime's folder, whoever started them. */
  strays(): readonly string[];
  /** Our locks on profiles, and Chromium's. */
  profileLocks(): Promise<readonly string[]>;
  startAgain(env?: NodeJS.ProcessEnv): Promise<TestRuntime>;
}

/** A browser starts in 1 to 3 s; three at once, on two cores that others use, in ten times that. */
export const WAIT = { timeoutMs: 45_000, everyMs: 50 };
/** The same for vitest's `expect.poll`. */
export const POLL = { timeout: WAIT.timeoutMs, interval: WAIT.everyMs };

/** Pauses are shorter than in real life: nobody waits for them here. */
const BRISK = { BACKOFF_FIRST_MS: '200', BACKOFF_MS_MAX: '1000', LOG_LEVEL: 'debug' };

/** `flags` are the browsers', beside those that lead them to the stand-in; `below`: where DATA_DIR is made. */
export async function setStage(
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
  below?: string,
): Promise<WhatsappStage> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-stand-in-'));
  const simulator = await startSimulator({ dataDir: folder });
  const control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
  const CHROMIUM_ARGS = [...simulator.chromiumArgs, ...flags].map((flag) => `'${flag}'`).join(' ');
  let runtime = await startRuntime({ ...BRISK, CHROMIUM_ARGS, ...env }, below);
  const { dataDir } = runtime;
  const profileOf = (id: string): string => join(dataDir, 'sessions', `session-${id}`);
  return {
    get runtime() {
      return runtime;
    },
    get client() {
      return runtime.client;
    },
    control,
    ...commands(() => runtime.client, control),
    browserOf: (id) => mainFirst(listUsersOfProfile(profileOf(id))),
    profileOf,
    engineHosts: () => listTree([runtime.pid]).filter(isEngineHost),
    processes: () => listTree([runtime.pid]),
    strays: () =>
      listProcesses()
        .filter((entry) => worksIn(dataDir, entry))
        .map(nameOf),
    profileLocks: () => locksIn(join(dataDir, 'sessions')),
    startAgain: async (more = {}) => (runtime = await runtime.startAgain(more)),
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Commands = Pick<WhatsappStage, 'create' | 'pair' | 'scan' | 'stepsAfter' | 'lastSeq' | 'incarnation'>;

function commands(client: () => MusterClient, control: SimulatorControl): Commands {
  const stepsAfter: Commands['stepsAfter'] = async (id, after) =>
    (await client().accounts.transitions(id, { after, limit: 500 })).items;
  const scan: Commands['scan'] = async (id, number) => {
    const scanned = async (): Promise<boolean> => {
      await client().accounts.untilStatus(id, 'QR_READY', WAIT);
      const { qr } = await client().accounts.qr(id);
      return control.scan({ qr, number }).then(() => true, isReplaced);
    };
    await waitUntil('a code that was scanned while it was shown', scanned, Boolean, WAIT);
  };
  return {
    stepsAfter,
    scan,
    create: async (label) => (await client().accounts.create({ label, provider: 'whatsapp' })).id,
    async pair(id, number) {
      await client().accounts.connect(id);
      await scan(id, number);
      return client().accounts.untilConnected(id, WAIT);
    },
    lastSeq: async (id) => (await stepsAfter(id, 0)).at(-1)?.seq ?? 0,
    incarnation: async (id) => (await stepsAfter(id, 0)).at(-1)?.incarnation ?? 0,
  };
}

/** The page showed another code by then, as it does every 20 s: a person scans that one. */
function isReplaced(error: unknown): false {
  if (error instanceof ControlRefusal && error.code === 'qr_not_shown') return false;
  throw error;
}

/** By a person's command: a new session, CONNECTED. */
export async function restartOf(stage: WhatsappStage, id: string): Promise<void> {
  const incarnation = await stage.incarnation(id);
  await stage.client.accounts.restart(id);
  await waitUntil(
    `a new session of ${id}`,
    () => stage.incarnation(id),
    (now) => now > incarnation,
    WAIT,
  );
  await stage.client.accounts.untilConnected(id, WAIT);
}

/** Chromium's renderers, of all the processes of one browser. */
export function renderersOf(browser: readonly ProcessEntry[]): readonly ProcessEntry[] {
  return listTree(browser.map(({ pid }) => pid)).filter((entry) => isOfType(entry, 'renderer'));
}

/** Exactly this process, not one that has its number by now. */
export function killExactly(entry: ProcessEntry | undefined): void {
  if (entry === undefined || !isAlive(entry)) throw new Error('the process that was to be killed is gone already');
  process.kill(entry.pid, 'SIGKILL');
}

export function nameOf(entry: ProcessEntry): string {
  return `${entry.pid} ${entry.arguments().join(' ').slice(0, 200)}`;
}

/** A title that a process gave itself is one argument, hence the search in the whole line. */
function isOfType(entry: ProcessEntry, type: string): boolean {
  return entry.arguments().join(' ').includes(`--type=${type}`);
}

export function isEngineHost(entry: ProcessEntry): boolean {
  return entry.arguments().some((argument) => argument.endsWith('/apps/engine/main.js'));
}

function worksIn(dataDir: string, entry: ProcessEntry): boolean {
  return entry.arguments().some((argument) => argument.includes(dataDir));
}

function mainFirst(users: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const main = browsersAmong(users);
  return [...main, ...users.filter((entry) => !main.includes(entry))];
}

export async function locksIn(sessionsDir: string): Promise<readonly string[]> {
  const names = await readdir(sessionsDir, { recursive: true });
  return names.filter((name) => /^locks\/.|(^|\/)SingletonLock$/.test(name));
}
