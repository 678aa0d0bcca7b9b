import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { routes } from './control-routes.js';
import { refused, type Answer, type ControlParts, type Refusal } from './route.js';

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A file as base64 is the largest thing that comes in. */
const BODY_BYTES_MAX = 17_000_000;

/** The control API: plain HTTP and JSON on loopback, where tests, demos and people play the phones. */
export async function startControlServer(port: number, parts: ControlParts): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void serve(request, response, parts);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: ControlParts): Promise<void> {
  const outcome = await handle(request, parts).catch((error: unknown) => refused(500, 'internal', String(error)));
  if ('refusal' in outcome) {
    write(response, outcome.refusal.status, problem(outcome.refusal), 'application/problem+json');
  } else {
    write(response, outcome.status, outcome.body, 'application/json');
  }
}

async function handle(request: IncomingMessage, parts: ControlParts): Promise<Answer> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const here = routes.filter((route) => route.path.test(path));
  const route = here.find((one) => one.method === request.method);
  if (here.length === 0) return refused(404, 'not_found', `there is nothing at ${path}`);
  if (route === undefined) return refused(405, 'method_not_allowed', `try ${here.map((one) => one.method).join(', ')}`);
  const body = await readBody(request);
  if (!body.ok) return refused(body.status, body.code, body.detail);
  const params = decoded(route.path.exec(path)?.slice(1) ?? []);
  if (params === null) return refused(400, 'bad_path', 'the path is not well encoded');
  return route.act({ params, query: Object.fromEntries(new URLSearchParams(query)), body: body.value }, parts);
}

function decoded(parts: readonly string[]): readonly string[] | null {
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return null;
  }
}

type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly detail: string };

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      return { ok: false, status: 413, code: 'too_large', detail: `at most ${BODY_BYTES_MAX} bytes` };
    chunks.push(chunk);
  }
  if (bytes === 0) return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    return { ok: false, status: 400, code: 'bad_json', detail: (error as Error).message };
  }
}

function problem({ status, code, detail }: Refusal): object {
  return { type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail };
}

function write(response: ServerResponse, status: number, body: unknown, type: string): void {
  if (status === 204) return void response.writeHead(204).end();
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
