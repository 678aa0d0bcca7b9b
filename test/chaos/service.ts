import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** One end of the runtime's process. */
export interface RuntimeEnd {
  readonly at: number;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it was sent before, in order. */
  readonly sent: readonly NodeJS.Signals[];
  /** From the first SIGTERM to its end; null without one. */
  readonly stoppingMs: number | null;
  /** It had come as far as restoring its accounts. */
  readonly hadStarted: boolean;
  readonly lastWords: string;
}

/** A service manager's pause before it starts again what has ended. */
const RESTART_PAUSE_MS = 100;
/** SHUTDOWN_DEADLINE_MS, its watchdog, and a slow machine. */
export const STOP_MS_MAX = 40_000;
const LAST_WORDS_CHARS = 600;

/** The built runtime under a service manager: whenever it ends it is started again, on the same port and DATA_DIR. */
export class Service {
  readonly ends: RuntimeEnd[] = [];
  starts = 0;
  private child: ChildProcess | null = null;
  private sent: { readonly signal: NodeJS.Signals; readonly at: number }[] = [];
  private ending = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: { readonly env: NodeJS.ProcessEnv; readonly logDir: string }) {}

  /** Of the process that lives now. */
  get pid(): number | null {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null ? child.pid : null;
  }

  begin(): void {
    this.running = this.keepUp();
    this.running.catch(() => undefined); // told by the end
  }

  /** What is sent by others would look like an end by itself. */
  send(signal: NodeJS.Signals): void {
    this.sent.push({ signal, at: performance.now() });
    this.child?.kill(signal);
  }

  /** SIGTERM, and no further start. Answers how it ended. */
  async end(): Promise<RuntimeEnd | null> {
    this.ending = true;
    if (this.pid !== null) this.send('SIGTERM');
    const timer = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS_MAX);
    await this.running.finally(() => clearTimeout(timer));
    return this.ends.at(-1) ?? null;
  }

  private async keepUp(): Promise<void> {
    while (!this.ending) {
      await this.live();
      if (!this.ending) await pause(RESTART_PAUSE_MS);
    }
  }

  private async live(): Promise<void> {
    const { env, logDir } = this.options;
    this.sent = [];
    this.starts += 1;
    const logPath = join(logDir, `runtime-${this.starts}.log`);
    const log = openSync(logPath, 'a');
    const child = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
      env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const said = readFileSync(logPath, 'utf8');
    const asked = this.sent.find((each) => each.signal === 'SIGTERM');
    this.ends.push({
      at: Date.now(),
      pid: child.pid!,
      code,
      signal,
      sent: this.sent.map((each) => each.signal),
      stoppingMs: asked === undefined ? null : performance.now() - asked.at,
      hadStarted: said.includes('"step":4'),
      lastWords: said.slice(-LAST_WORDS_CHARS),
    });
  }
}
