import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface DemoRuntimeOptions {
  readonly dataDir: string;
  /** One flag an item. */
  readonly chromiumArgs: readonly string[];
  /** Written anew at each start: the log of the program behind the story. */
  readonly logFile: string;
  /** For a start that only clears up. */
  readonly restores?: boolean;
}

export interface RuntimeEnd {
  /** Asked to stop, and everything was closed. */
  readonly clean: boolean;
  /** One line for a person. */
  readonly how: string;
}

/** The built runtime in a process of its own, as `npm start` runs it. */
export interface DemoRuntime {
  readonly pid: number;
  /** Its address, as soon as it listens; never when it ends before. */
  readonly listens: Promise<string>;
  /** The same, when accounts can be worked with; never when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<RuntimeEnd>;
  /** Whether it came so far that a crash may have left something. */
  hasBegun(): boolean;
  /** Asks it to stop; a second time hurries it. */
  stop(): Promise<RuntimeEnd>;
}

/** Above the runtime's own limits for a stop and its watchdog: past this it has lost its mind. */
const STOP_MS_MAX = 30_000;

export function startDemoRuntime(options: DemoRuntimeOptions): DemoRuntime {
  const child = spawnRuntime(options);
  const { listens, ready, words } = readLog(child, createWriteStream(options.logFile));
  let stopping = false;
  // Should the demo itself break, the runtime is at least told to stop.
  const lastWord = (): void => void child.kill('SIGTERM');
  process.once('exit', lastWord);
  child.once('close', () => process.off('exit', lastWord));
  const ended = new Promise<RuntimeEnd>((resolve) => {
    child.once('close', (code, signal) => {
      const how = words.complaint || `the runtime ended (${signal ?? `exit code ${code}`})`;
      // Stopped before its first line it has not even heard that; nothing of it is left then, either.
      resolve({ clean: stopping && (code === 0 || !words.listens), how });
    });
  });
  return {
    pid: child.pid ?? 0,
    listens,
    ready,
    ended,
    hasBegun: () => words.listens,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

/**
 * Starts the runtime once more after it was killed, and stops it at once: a start ends what a dead run has left (engine
 * hosts, browsers) and adopts its Postgres, a stop closes that. Answers null when all is well, else what is wrong.
 */
export async function clearUpAfterCrash(options: DemoRuntimeOptions): Promise<string | null> {
  const runtime = startDemoRuntime({ ...options, restores: false });
  const first = await Promise.race([runtime.ready.then(() => null), runtime.ended]);
  if (first !== null) return first.how;
  const end = await runtime.stop();
  return end.clean ? null : end.how;
}

/**
 * Each run kills a browser. Who looks at the demo six times in ten minutes would otherwise see longer and longer pauses,
 * and at last an account that waits for a person.
 */
const FORGIVING = { RESTART_WINDOW_MS: '60000', BACKOFF_RESET_AFTER_MS: '5000' };

/** Whoever freezes something looks at it until it is healed, so Muster is asked to be less patient than it is by itself. */
const WATCHED = { PROBE_EVERY_MS: '5000', PROBE_ANSWER_MS_MAX: '3000', CONFLICT_WAIT_MS: '10000' };

/** A group of its own: a terminal's Ctrl-C reaches the demo, and the runtime hears once, from the demo, in its order. */
function spawnRuntime({ dataDir, chromiumArgs, restores = true }: DemoRuntimeOptions): ChildProcess {
  const main = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
  const more = chromiumArgs.map((flag) => `'${flag}'`).join(' ');
  // What would tie the demo to a real installation is not set, whatever the shell says.
  const notFromTheShell = { HOST: '127.0.0.1', DATABASE_URL: '', API_KEYS: '', NATS_URL: '', LOG_LEVEL: 'info' };
  return spawn(process.execPath, ['--enable-source-maps', main], {
    env: {
      ...process.env,
      ...notFromTheShell,
      ...FORGIVING,
      ...WATCHED,
      DATA_DIR: dataDir,
      PORT: '0', // the demo's front door has the one that people are told
      CHROMIUM_ARGS: `${process.env.CHROMIUM_ARGS ?? ''} ${more}`,
      AUTO_RESTORE: String(restores),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly step?: number;
  readonly url?: string;
}

/** The step after which accounts can be worked with; step 0 tells the address. */
const READY_STEP = 4;

function readLog(child: ChildProcess, file: WriteStream) {
  const words = { complaint: '', url: '', listens: false };
  let tellUrl: (url: string) => void;
  const listens = new Promise<string>((resolve) => void (tellUrl = resolve));
  const ready = new Promise<string>((resolve) => {
    if (!child.stdout || !child.stderr) throw new Error('the runtime was started without pipes');
    createInterface({ input: child.stdout }).on('line', (text) => {
      file.write(`${text}\n`);
      const line = parseLine(text);
      if (line.step === 0 && line.url !== undefined) {
        Object.assign(words, { url: line.url, listens: true });
        tellUrl(line.url);
      }
      if (line.level === 'fatal') words.complaint = line.msg ?? '';
      if (line.step === READY_STEP) resolve(words.url);
    });
    // Before its log begins the runtime speaks plainly: a wrong environment, a DATA_DIR in use (or an
    // error with its place before it).
    createInterface({ input: child.stderr }).on('line', (text) => {
      file.write(`${text}\n`);
      if (!words.listens && (words.complaint === '' || /^\w*Error\b/.test(text))) words.complaint = text;
    });
  });
  child.once('close', () => file.end());
  return { listens, ready, words };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return {};
  }
}
