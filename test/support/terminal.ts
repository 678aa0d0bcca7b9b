import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endProcessTree } from '#libs/processes/process-ending';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { identify, isAlive } from '#libs/processes/process-identity';
import { listProcesses, listTree } from '#libs/processes/process-table';

/** A program as a terminal starts it: leader of a group of its own, which Ctrl-C reaches as a whole. */
export interface TerminalProgram {
  readonly pid: number;
  said(): string;
  /** Resolves as soon as this was said; rejects with all that was said instead. */
  saw(words: RegExp, limitMs?: number): Promise<void>;
  pressCtrlC(): void;
  /** All that it has started, its own process included, whatever groups they made for themselves. */
  processes(): readonly ProcessEntry[];
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** For a test that failed half-way: ends it with what it has started. */
  end(): Promise<void>;
}

/** A runtime with a new database says that it runs after 3 s, beside twenty programs after 35. */
const SAW_MS_MAX = 90_000;

export function startInTerminal([command, ...args]: readonly string[], env: NodeJS.ProcessEnv): TerminalProgram {
  const child = spawn(command!, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const identity = identify(child.pid!);
  const { said, saw } = listen([child.stdout, child.stderr]);
  // Not 'exit', which may come before its last words were read.
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid!,
    said,
    exit,
    saw: (words, limitMs = SAW_MS_MAX) => {
      const ended = exit.then(() => Promise.reject(new Error(`it ended without ${String(words)}:\n${said()}`)));
      return Promise.race([saw(words, limitMs), ended]);
    },
    pressCtrlC: () => void process.kill(-child.pid!, 'SIGINT'),
    processes: () => listTree([child.pid!]),
    end: async () => void (identity && (await endProcessTree(identity, { askMs: 10_000, killMs: 5_000 }))),
  };
}

/** What still lives of these, and whoever else works in this folder. */
export function strays(folder: string, started: readonly ProcessEntry[]): readonly string[] {
  const inFolder = listProcesses().filter((entry) => entry.arguments().some((one) => one.includes(folder)));
  return [...started.filter(isAlive), ...inFolder].map(
    (one) => `${one.pid} ${one.arguments().join(' ').slice(0, 200)}`,
  );
}

function listen(streams: readonly NodeJS.ReadableStream[]) {
  let text = '';
  const looks = new Set<() => void>();
  for (const stream of streams)
    stream.on('data', (part: Buffer) => {
      text += part.toString();
      for (const look of looks) look();
    });
  const saw = (words: RegExp, limitMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const late = (): void => reject(new Error(`${limitMs} ms passed without ${String(words)}:\n${text}`));
      const timer = setTimeout(late, limitMs);
      const look = (): void => {
        if (!words.test(text)) return;
        clearTimeout(timer);
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    });
  return { said: () => text, saw };
}
