import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { UPLOAD_READ_MS_MAX } from '#libs/contracts/limits/calls';
import { writeAnswer } from '../control/json-http.js';
import { refused } from '../control/route.js';
import { isDashboardPage, markAsDemo } from './demo-page.js';
import { type Inside, passOn, passUpgrade } from './demo-passage.js';

export type Receive = (request: IncomingMessage, response: ServerResponse) => void;

export interface DemoDoor {
  /** Such as http://127.0.0.1:5001 */
  readonly url: string;
  /** Where callers are led, as soon as the runtime listens. */
  leadTo(runtimeUrl: string): void;
  /** Who answers below /demo/. */
  answerBy(receive: Receive): void;
  close(): Promise<void>;
}

/** All that is the demo's own. */
const OWN = '/demo/';

/**
 * The demo's front door: the one address a newcomer sees. It answers `/demo/` itself and passes everything else on to the
 * runtime, which listens behind it and is the same program as in production: no flag, no route, no word about a demo.
 */
export async function openDoor(port: number): Promise<DemoDoor> {
  let inside: Inside | null = null;
  let receive: Receive = (_, response) => writeAnswer(response, starting);
  const lines = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    if (path.startsWith(OWN)) return receive(request, response);
    if (inside === null) return writeAnswer(response, starting);
    const rewrite = isDashboardPage(request.method, path) ? markAsDemo : undefined;
    passOn(request, response, { inside, rewrite, refuse: () => writeAnswer(response, away) });
  });
  server.requestTimeout = UPLOAD_READ_MS_MAX; // the runtime has shorter ones for most
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => undefined); // it closes, then, and so does the other end
    if (inside === null) return void socket.destroy();
    lines.add(socket);
    socket.once('close', () => lines.delete(socket));
    passUpgrade(request, socket, head, inside);
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (runtimeUrl) => void (inside = insideOf(runtimeUrl)),
    answerBy: (answer) => void (receive = answer),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of lines) socket.destroy();
      await closed;
    },
  };
}

const starting = refused(503, 'starting', 'Muster is starting; try again in a moment');
const away = refused(503, 'runtime_away', 'Muster does not answer: it is stopping, or has ended');

function insideOf(runtimeUrl: string): Inside {
  const { hostname, port } = new URL(runtimeUrl);
  return { host: hostname, port: Number(port) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
