import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that delivers events (webhook-process.ts), to be killed. */
export interface WebhookProcess {
  /** Lets time pass for it. */
  pass(ms: number): void;
  /** As the kernel's OOM killer does. */
  kill(): Promise<void>;
}

/** 2 s alone, above 20 beside ten programs. */
const START_MS_MAX = 60_000;

export async function startWebhookProcess(databaseUrl: string): Promise<WebhookProcess> {
  const child: ChildProcess = fork('dist/test/support/webhook-process.js', [databaseUrl], {
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  await once(child, 'message', { signal: AbortSignal.timeout(START_MS_MAX) });
  return {
    pass: (ms) => void child.send(ms),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
