import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A public address as any other; nobody is asked there, since the runtime's connections to it come to loopback. */
const ADDRESS = '93.184.215.14';
const PRELOAD = fileURLToPath(new URL('../../dist/test/support/public-site-preload.js', import.meta.url));

/** For the environment of a runtime that is to see the site. */
export const PUBLIC_SITE_ENV = { NODE_OPTIONS: `--import=${PRELOAD}`, PUBLIC_SITE_ADDRESS: ADDRESS };

export type Page = (response: ServerResponse, request: IncomingMessage) => void;

/** A site of the internet, by its pages' paths. */
export interface PublicSite extends AsyncDisposable {
  urlOf(path: string): string;
  /** Paths in the order in which they were asked for. */
  readonly asked: readonly string[];
}

export async function startPublicSite(pages: Readonly<Record<string, Page>>): Promise<PublicSite> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const page = pages[path];
    if (page) page(response, request);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    urlOf: (path) => `http://${ADDRESS}:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
