import { spawn } from 'node:child_process';

/**
 * Rejects when the system can't start this program: its loader is missing, it is for another machine, there is no room
 * for one process more. Puppeteer listens to nobody who tells it that, and the error of a process that nobody listens to
 * ends ours, with all accounts in it. So it is tried before, which takes milliseconds: started, it is ended at once.
 */
export function tryStart(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ['--version'], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.kill('SIGKILL');
      resolve();
    });
  });
}
