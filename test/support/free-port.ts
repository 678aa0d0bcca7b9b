import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that a system gives out by itself: one of them that is free for a moment goes to whoever asks next. */
const [PORT_MIN, PORT_MAX] = [20_000, 30_000];
const TRIES_MAX = 100;

/** One that is free now, and that nobody gets by chance: for a program that must come back where it was. */
export async function freePort(): Promise<number> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES_MAX} ports between ${PORT_MIN} and ${PORT_MAX} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
