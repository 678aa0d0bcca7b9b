import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): from those, a pool that
// keeps knocking while the server is away could get our very port for its own end, and the server could not come back to it.
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
/** Nearly all of 12,000 ports are free; twenty taken in a row means that something else is wrong. */
const TRIES_MAX = 20;

/** A TCP port that is free on 127.0.0.1 now. Another process may take it before it is used: the user tries again. */
export async function freeLoopbackPort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    try {
      const probe = createServer().listen(port, '127.0.0.1');
      await once(probe, 'listening');
      await new Promise((closed) => probe.close(closed));
      return port;
    } catch (error) {
      if (tries >= TRIES_MAX) throw new Error('found no free port on 127.0.0.1', { cause: error });
    }
  }
}
