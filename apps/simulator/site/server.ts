import { type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { type Certificate } from './certificate.js';
import { type Who } from '../faults/faults.js';
import { createPageLine } from '../session/page-line.js';
import { hear, type SessionParts } from '../session/page-session.js';
import { answerRequest, whoAsks } from './site.js';
import { frameFromPage } from '../session/wire.js';

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The largest frame is a text of 65,536 characters, four bytes each at worst, that answers another one. */
const FRAME_BYTES_MAX = 1_000_000;

/** web.whatsapp.com on loopback: the page and its files over HTTPS, and the line that each page keeps open. */
export async function startWebServer(
  port: number,
  { key, cert }: Certificate,
  parts: SessionParts,
): Promise<WebServer> {
  const { network, faults, timers } = parts;
  const server = createServer({ key, cert }, (request, response) =>
    network.pass(whoAsks(request, parts), request.socket, () => void answerRequest(request, response, parts)),
  );
  server.on('connection', (connection: Socket) => network.dialled(connection));
  const lines = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy()); // the browser may be gone before a slow line opens
    const who = whoAsks(request, parts);
    if (faults.strike('socket_down', who) !== undefined) return void socket.destroy();
    timers.after(faults.slowBy('socket', who), () =>
      network.pass(who, socket, () => lines.handleUpgrade(request, socket, head, (line) => attend(line, socket, who))),
    );
  });

  function attend(line: WebSocket, socket: Socket, who: Who): void {
    const page = parts.pages.open(
      createPageLine(line, () => network.reset(socket)),
      who,
    );
    parts.journal.write({ kind: 'page.opened', page: page.id, ...who });
    line.on('message', (data: Buffer) => {
      const frame = frameFromPage.safeParse(parseJson(data.toString('utf8')));
      if (frame.success) return hear(page, frame.data, parts);
      const detail = `frame not understood: ${frame.error.message}`;
      parts.journal.write({ kind: 'page.gap', page: page.id, detail });
    });
    line.on('error', () => line.terminate());
    line.on('close', () => {
      parts.pages.close(page);
      parts.pairing.end(page);
      const { device } = page;
      parts.journal.write({ kind: 'page.closed', page: page.id, device: device?.id, number: device?.number });
    });
  }

  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      network.close();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one more frame that is not understood
  }
}
