import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as newId } from 'uuid';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { MEDIA_FETCHES_MAX } from '#libs/contracts/limits/media';
import { MemoryMedia } from '#test/support/memory-media';
import { type MediaStageOptions, openMediaStage, temporaryFolder } from '#test/support/media-stage';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function openStore(options: Partial<MediaStageOptions> = {}) {
  const root = await temporaryFolder();
  closers.push(() => root[Symbol.asyncDispose]());
  const stage = openMediaStage({ dir: `${root.path}/media`, rows: new MemoryMedia(), ...options });
  closers.push(() => stage.close());
  return stage.store;
}
const ACCOUNT = newId();

it('keeps a file from elsewhere under the name and type that its server gives', async () => {
  const url = await serve((_request, response) =>
    response
      .writeHead(200, {
        'content-type': 'image/PNG',
        'content-disposition': "attachment; filename*=UTF-8''%D0%BA%D1%96%D1%82.png",
      })
      .end('meow'),
  );
  const store = await openStore();
  expect(await store.resolve(ACCOUNT, { url })).toMatchObject({
    ok: true,
    value: { origin: 'url', mimeType: 'image/png', filename: 'кіт.png', bytes: 4 },
  });
});

it('takes the name from the address, and both from the caller where he gives them', async () => {
  const url = `${await serve((_request, response) => response.end('meow'))}/pictures/big%20cat.jpg?size=2`;
  const store = await openStore();
  expect(await store.resolve(ACCOUNT, { url })).toMatchObject({
    value: { mimeType: 'application/octet-stream', filename: 'big cat.jpg' },
  });
  expect(await store.resolve(ACCOUNT, { url, mimeType: 'image/jpeg', filename: 'cat.jpg' })).toMatchObject({
    value: { mimeType: 'image/jpeg', filename: 'cat.jpg' },
  });
});

it.each([
  ['is not there', 'media_unreachable', (_request, response) => response.writeHead(404).end()],
  [
    'says it is too long',
    'media_too_large',
    (_request, response) => response.writeHead(200, { 'content-length': '99999999' }).end(),
  ],
  ['is longer than it says', 'media_too_large', (_request, response) => response.end('x'.repeat(5_000))],
  [
    'grows when it is decoded',
    'media_too_large',
    (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))),
  ],
  [
    'breaks off',
    'media_unreachable',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x', () => response.destroy());
    },
  ],
  [
    'leads to a private place',
    'target_forbidden',
    (_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
  ],
] satisfies readonly (readonly [string, string, RequestListener])[])(
  'refuses one that %s: %s',
  async (_what, why, answer) => {
    const url = await serve(answer);
    const store = await openStore({ bytesMax: 1_000 });
    expect(await store.resolve(ACCOUNT, { url })).toMatchObject({ ok: false, why });
  },
);

it('refuses one that does not come in time', async () => {
  const url = await serve((_request, response) => void response.writeHead(200).write('x'));
  const store = await openStore({ fetchMsMax: 300 });
  expect(await store.resolve(ACCOUNT, { url })).toMatchObject({ ok: false, why: 'media_unreachable' });
});

it('fetches a few at a time, and the others after them', async () => {
  const asked: ServerResponse[] = [];
  let most = 0;
  // Nobody is answered before as many have come as come at once; one too many would come then, too.
  const answerAll = (): void => asked.splice(0).forEach((response) => response.end('x'));
  const url = await serve((_request, response) => {
    most = Math.max(most, asked.push(response));
    if (asked.length === MEDIA_FETCHES_MAX) setTimeout(answerAll, 20);
  });
  const store = await openStore();
  const all = Array.from({ length: 3 * MEDIA_FETCHES_MAX }, () => store.resolve(ACCOUNT, { url }));
  const outcomes = await Promise.all(all);
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect(most).toBe(MEDIA_FETCHES_MAX);
});
