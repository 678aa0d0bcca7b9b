import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { routes } from './control-routes.js';
import { isForeign } from './foreign-page.js';
import { readBody, writeAnswer } from './json-http.js';
import { refused, type Answer, type ControlParts } from './route.js';

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

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
  writeAnswer(
    response,
    await handle(request, parts).catch((error: unknown) => refused(500, 'internal', String(error))),
  );
}

async function handle(request: IncomingMessage, parts: ControlParts): Promise<Answer> {
  if (isForeign(request.headers)) return refused(403, 'foreign_caller', 'a page of another site may not call this');
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
