import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** A TCP line to a server on this machine that can be cut, and put up again under the same port. */
export interface CuttableLine extends AsyncDisposable {
  readonly port: number;
  /** Every connection is reset, new ones are refused: the server is gone. */
  cut(): Promise<void>;
  /** Connections stay and nothing comes through any more: the worse way to be gone. */
  freeze(): void;
  restore(): Promise<void>;
}

export async function layLine(toPort: number): Promise<CuttableLine> {
  const ends = new Set<Socket>();
  let frozen = false;
  const join = (near: Socket): void => {
    const far = connect(toPort, '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined); // a cut line is what is tested
      end.on('close', () => {
        ends.delete(end);
        (end === near ? far : near).destroy();
      });
    }
    if (frozen) return; // neither is read, so nothing comes through
    near.pipe(far);
    far.pipe(near);
  };
  const port = await freePort();
  let server = await listen(port, join);
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : Promise.resolve();
    server.close();
    for (const end of ends) end.destroy();
    await closed;
  };
  return {
    port,
    cut,
    freeze() {
      frozen = true;
      for (const end of ends) end.unpipe().pause();
    },
    async restore() {
      await cut(); // what was frozen is too old to go on
      frozen = false;
      server = await listen(port, join);
    },
    [Symbol.asyncDispose]: cut,
  };
}

async function listen(port: number, join: (near: Socket) => void): Promise<Server> {
  const server = createServer(join).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
