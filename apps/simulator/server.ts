import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import { type Certificate } from './certificate.js';
import { type Who } from './faults.js';
import { hear, type SessionParts } from './page-session.js';
import { frameFromPage, type FrameToPage } from './wire.js';

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The largest frame is a text of 65,536 characters, four bytes each at worst. */
const FRAME_BYTES_MAX = 1_000_000;
/** The page's device, so that faults can strike before the page has said a word. Set by page/login.js. */
const DEVICE_COOKIE = /(?:^|;\s*)stand_in_device=([\w-]+)/;

/** web.whatsapp.com on loopback: the page and its files over HTTPS, and the line that each page keeps open. */
export async function startWebServer(
  port: number,
  { key, cert }: Certificate,
  parts: SessionParts,
): Promise<WebServer> {
  const folder = pageFolder();
  const server = createServer({ key, cert }, (request, response) => {
    void answer(request, response, folder, parts);
  });
  const lines = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy()); // the browser may be gone before a slow line opens
    const who = whoAsks(request, parts);
    if (parts.faults.strike('socket_down', who) !== undefined) return void socket.destroy();
    parts.timers.after(parts.faults.slowBy('socket', who), () =>
      lines.handleUpgrade(request, socket, head, (line) => attend(line, who, parts)),
    );
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const line of lines.clients) line.terminate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The page's files are plain JavaScript and stay in the source tree; the built server finds them from dist. */
function pageFolder(): string {
  const beside = new URL('./page/', import.meta.url);
  return fileURLToPath(existsSync(beside) ? beside : new URL('../../../apps/simulator/page/', import.meta.url));
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  parts: SessionParts,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path !== '/') return sendFile(response, folder, path);
  const who = whoAsks(request, parts);
  for (const name of ['never_answers', 'http_500'] as const) {
    if (parts.faults.strike(name, who) === undefined) continue;
    parts.journal.write({ kind: 'page.fault', device: who.device, number: who.number, detail: name });
    if (name === 'http_500') response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
    return;
  }
  parts.timers.after(parts.faults.slowBy('page', who), () => void sendFile(response, folder, '/index.html'));
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

async function sendFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const name = /^\/([\w-]+\.(html|js))$/.exec(path);
  const type = TYPES[name?.[2] ?? ''];
  const content = name?.[1] === undefined ? null : await readFile(folder + name[1]).catch(() => null);
  if (content === null || type === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(content);
}

function whoAsks(request: IncomingMessage, { devices }: SessionParts): Who {
  const device = DEVICE_COOKIE.exec(request.headers.cookie ?? '')?.[1];
  return { device, number: device === undefined ? undefined : devices.get(device)?.number };
}

function attend(line: WebSocket, who: Who, parts: SessionParts): void {
  // A page that has just left hears nothing, and is closed below.
  const tell = (frame: FrameToPage): void => line.send(JSON.stringify(frame), () => {});
  const page = parts.pages.open({ tell, command: tell, drop: () => line.terminate() }, who);
  parts.journal.write({ kind: 'page.opened', page: page.id, ...who });
  line.on('message', (data: Buffer) => {
    const frame = frameFromPage.safeParse(parseJson(data.toString('utf8')));
    if (frame.success) hear(page, frame.data, parts);
    else
      parts.journal.write({ kind: 'page.gap', page: page.id, detail: `frame not understood: ${frame.error.message}` });
  });
  line.on('error', () => line.terminate());
  line.on('close', () => {
    parts.pages.close(page);
    parts.pairing.end(page);
    parts.journal.write({ kind: 'page.closed', page: page.id, device: page.device?.id, number: page.device?.number });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one more frame that is not understood
  }
}
