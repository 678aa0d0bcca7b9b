import { isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { readPidFile } from './postgres-pid-file.js';

const LOOK_EVERY_MS = 500;
/**
 * Whoever stops a whole service asks all of its processes at once: then the runtime is on its way out, too, and needs what
 * connections it has. A stop takes one to three seconds.
 */
const ASKED_STOP_MS_MAX = 5_000;

/**
 * A server that somebody asks to stop by SIGTERM refuses new connections and waits until the last client has left. Our pool
 * never leaves: it would stay half a store for ever. After ASKED_STOP_MS_MAX it is told to end its connections, so that
 * it goes, and is started again as after any other end. Resolves when the server has gone.
 */
export async function hastenAskedStop(
  server: { readonly identity: ProcessIdentity; readonly gone: Promise<string> },
  data: string,
  onHaste: () => void,
): Promise<void> {
  let askedAt = Infinity;
  const look = async (): Promise<void> => {
    const file = await readPidFile(data).catch(() => undefined); // a disk that can't be read now is asked again
    const isStopping = file?.pid === server.identity.pid && file.status === 'stopping';
    askedAt = isStopping ? Math.min(askedAt, performance.now()) : Infinity;
    if (performance.now() - askedAt < ASKED_STOP_MS_MAX || !isAlive(server.identity)) return;
    clearInterval(timer);
    onHaste();
    endConnections(server.identity);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  await server.gone;
  clearInterval(timer);
}

function endConnections({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // its last client left in this moment
  }
}
