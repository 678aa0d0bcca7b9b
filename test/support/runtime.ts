import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { createClient, type MusterClient } from '#libs/client/client';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify } from '#libs/processes/process-identity';

/** A line of the runtime's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A built runtime in a process of its own, on a DATA_DIR of its own, as a user starts it. */
export interface TestRuntime extends AsyncDisposable {
  readonly client: MusterClient;
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** Resolves with the first line, past or coming, that fits; rejects after `limitMs`. */
  sawLine(fits: (line: LogLine) => boolean, limitMs?: number): Promise<LogLine>;
  /** Sends SIGTERM and waits; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** As the kernel's OOM killer does. */
  kill(): Promise<void>;
  /** Starts again on the same DATA_DIR after `stop` or `kill`. */
  startAgain(env?: NodeJS.ProcessEnv): Promise<TestRuntime>;
}

/** It takes 2 to 4 s alone, with a new database. */
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 40_000;
/** What a process that was killed has still written meanwhile makes a folder not empty; pauses grow by 0.1 s. */
const REMOVE_TRIES_MAX = 5;

/** `below`: where its DATA_DIR is made. */
export async function startRuntime(env: NodeJS.ProcessEnv = {}, below = tmpdir()): Promise<TestRuntime> {
  const dataDir = await mkdtemp(join(below, 'muster-e2e-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
  return launch(dataDir, env);
}

async function launch(dataDir: string, env: NodeJS.ProcessEnv): Promise<TestRuntime> {
  const { child, log, sawLine, output } = spawnRuntime(dataDir, env);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const failed = exited.then((code) => Promise.reject(new Error(`the runtime exited with ${code}:\n${output()}`)));
  failed.catch(() => undefined);
  const { url, client } = await started(env, sawLine, failed).catch(async (error: unknown) => {
    child.kill('SIGKILL'); // one that is slow must not outlive its test
    await exited;
    await endOrphanedPostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    return exited.finally(() => clearTimeout(timer));
  };
  return {
    client,
    url,
    dataDir,
    pid: child.pid!,
    log,
    sawLine,
    stop: (signal = 'SIGTERM') => end(signal),
    kill: async () => void (await end('SIGKILL')),
    startAgain: (more = {}) => launch(dataDir, { ...env, ...more }),
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
      await endOrphanedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true, maxRetries: REMOVE_TRIES_MAX });
    },
  };
}

/** Once step 4 of the start is done; rejects when it ends before. */
async function started(
  env: NodeJS.ProcessEnv,
  sawLine: TestRuntime['sawLine'],
  failed: Promise<never>,
): Promise<Pick<TestRuntime, 'url' | 'client'>> {
  const listening = await Promise.race([sawLine((line) => line['step'] === 0), failed]);
  const url = (listening['url'] as string).replace('[::1]', '127.0.0.1');
  const [apiKey] = env['API_KEYS']?.split(',') ?? [];
  const client = createClient({ baseUrl: url, WebSocket, ...(apiKey && { apiKey }) });
  await Promise.race([sawLine((line) => line['step'] === 4), failed]);
  return { url, client };
}

function spawnRuntime(dataDir: string, env: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
    env: { ...inherited(), DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  child.stderr!.on('data', (part: Buffer) => (text += part.toString()));
  createInterface({ input: child.stdout! }).on('line', (line) => {
    text += `${line}\n`;
    // The last line of one that was killed may be cut off.
    if (/^\{.*\}$/.test(line)) log.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
  });
  const sawLine = (fits: (line: LogLine) => boolean, limitMs = START_MS_MAX): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => done(() => reject(new Error(`no such line within ${limitMs} ms:\n${text}`))),
        limitMs,
      );
      const look = (): void => {
        const line = log.find(fits);
        if (line) done(() => resolve(line));
      };
      const done = (tell: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        tell();
      };
      waiting.add(look);
      look();
    });
  return { child, log, sawLine, output: () => text };
}

/** Of our own environment a runtime gets what it needs to find programs, and no setting that a developer happens to have. */
function inherited(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'CHROMIUM_PATH'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** After a kill -9 without a new start the embedded Postgres lives on, on purpose; a test leaves nothing behind. */
async function endOrphanedPostgres(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  const server = pid > 0 ? identify(pid) : null;
  if (server) await endProcessTree(server, { askMs: 5_000, killMs: 5_000, askSignal: 'SIGINT' });
}
