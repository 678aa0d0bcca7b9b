import { isAlive } from '#libs/processes/process-identity';
import { listUsersOfProfile } from '#libs/processes/process-table';
import { pause } from '../time-limit.js';

/** The process is there as soon as the launch begins; a look at all processes costs milliseconds, so the next come later. */
const FIRST_LOOK_MS = 20;
/** To look whether one process lives costs some 20 µs. */
const LOOK_EVERY_MS = 100;

/**
 * Whether a browser that this process starts on the profile dies before `started` is aborted. Puppeteer doesn't notice:
 * it waits 30 s for the first page of a browser that is dead, or for ever for the answer about a page that has gone.
 * One that has died is told only when it was seen alive, so that none can still come after that.
 */
export async function diesInLaunch(profilePath: string, started: AbortSignal): Promise<boolean> {
  let waitMs = FIRST_LOOK_MS;
  for (;;) {
    await pause(waitMs, started);
    if (started.aborted) return false;
    const browser = listUsersOfProfile(profilePath).find(({ parentPid }) => parentPid === process.pid);
    if (browser !== undefined) {
      while (!started.aborted && isAlive(browser)) await pause(LOOK_EVERY_MS, started);
      return !started.aborted;
    }
    waitMs = Math.min(2 * waitMs, LOOK_EVERY_MS);
  }
}
