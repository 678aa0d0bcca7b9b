import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { MEDIA_BYTES_MAX, MEDIA_REDIRECTS_MAX } from '#libs/contracts/limits/media';
import { PUBLIC_SITE_ENV, type PublicSite, startPublicSite } from '#test/support/public-site';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

/** In it a slow machine brings MEDIA_BYTES_MAX; usually it is a minute. */
const FETCH_MS_MAX = 10_000;
const to = '+380441110009';
const MEBIBYTE = Buffer.alloc(1_048_576);

let runtime: TestRuntime;
let client: MusterClient;
let site: PublicSite;
let id: string;
/** Asked first of all, since they take FETCH_MS_MAX: what became of each, by path. */
let unanswered: ReadonlyMap<string, Promise<{ readonly refusal: unknown; readonly tookMs: number }>>;

beforeAll(async () => {
  site = await startPublicSite({
    '/photo.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end('0123456789'),
    '/page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Not found</h1>'),
    '/large': (response) => response.writeHead(200, { 'content-length': MEDIA_BYTES_MAX + 1 }).write('x'),
    '/endless': (response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const more = (): void => {
        while (!response.destroyed && response.write(MEBIBYTE));
      };
      response.on('drain', more);
      more();
    },
    '/slow': (response) => response.writeHead(200, { 'content-type': 'image/png' }).write('0'),
    '/silent': () => undefined,
    '/moved': (response) => response.writeHead(302, { location: '/photo.png' }).end(),
    '/inside': (response) => response.writeHead(302, { location: `${runtime.url}/health` }).end(),
    '/around': (response) => response.writeHead(302, { location: '/around' }).end(),
  });
  runtime = await startRuntime({ ...PUBLIC_SITE_ENV, MEDIA_FETCH_MS_MAX: String(FETCH_MS_MAX) });
  ({ client } = runtime);
  ({ id } = await client.accounts.create({ label: 'alice', provider: 'simulated' }));
  unanswered = new Map(['/slow', '/silent'].map((path) => [path, giveUp(site.urlOf(path))]));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const problem = (status: number, code: string, detail = '') => ({
  problem: { status, code, detail: expect.stringContaining(detail) as string },
});
const upload = (url: string) => client.media.upload(id, { url });
const giveUp = async (url: string) => {
  const began = performance.now();
  const refusal: unknown = await upload(url).then(
    () => null,
    (error: unknown) => error,
  );
  return { refusal, tookMs: performance.now() - began };
};
const send = (url: string) => client.messages.send(id, { kind: 'image', to, media: { url } });

describe('a file by its URL', () => {
  it('is fetched from a public address, also round a corner, and kept', async () => {
    for (const path of ['/photo.png', '/moved']) {
      const media = await upload(site.urlOf(path));
      expect(media).toMatchObject({ origin: 'url', mimeType: 'image/png', bytes: 10, accountId: id });
      expect(new TextDecoder().decode(await client.media.download(media.id))).toBe('0123456789');
    }
  });

  it.each(['http://127.0.0.1:1/', 'http://localhost/', 'http://[::1]/', 'http://10.0.0.1/', 'http://169.254.169.254/'])(
    'is not fetched from %s, and the problem says so',
    async (url) => {
      const refusal = problem(422, 'target_forbidden', 'not public');
      await expect(upload(url)).rejects.toMatchObject(refusal);
      await expect(send(url)).rejects.toMatchObject(refusal);
    },
  );

  it('is not fetched from inside when a public address leads there', async () => {
    await expect(upload(site.urlOf('/inside'))).rejects.toMatchObject(
      problem(422, 'target_forbidden', '127.0.0.1 leads to an address that is not public'),
    );
  });

  it('is not looked for in a circle', async () => {
    await expect(upload(site.urlOf('/around'))).rejects.toMatchObject(problem(422, 'media_unreachable', 'redirected'));
    expect(site.asked.filter((path) => path === '/around')).toHaveLength(MEDIA_REDIRECTS_MAX + 1);
  });

  it.each(['/large', '/endless'])(
    'is refused when it is too large, whether its server says so or not: %s',
    async (path) => {
      await expect(upload(site.urlOf(path))).rejects.toMatchObject(problem(413, 'media_too_large'));
    },
  );

  it('is no picture when a page comes in its place; as a document it goes', async () => {
    const refusal = problem(422, 'media_mismatch', 'text/html can’t be sent as image');
    await expect(send(site.urlOf('/page'))).rejects.toMatchObject(refusal);
    await expect(send(site.urlOf('/nowhere'))).rejects.toMatchObject(problem(422, 'media_unreachable', '404'));
    const sent = await client.messages.send(id, { kind: 'document', to, media: { url: site.urlOf('/page') } });
    expect(sent.media).toMatchObject({ mimeType: 'text/html', filename: 'page' });
  });

  it.each(['/slow', '/silent'])('is given up in time when its server is %s', async (path) => {
    const { refusal, tookMs } = await unanswered.get(path)!;
    expect(refusal).toMatchObject(problem(422, 'media_unreachable'));
    expect(tookMs).toBeGreaterThan(FETCH_MS_MAX * 0.9);
    expect(tookMs).toBeLessThan(FETCH_MS_MAX * 2);
  });
});

describe('a file that is uploaded', () => {
  it('is refused when it is too large, and one that is just not is kept', async () => {
    const largest = new Blob([new Uint8Array(MEDIA_BYTES_MAX)], { type: 'application/zip' });
    const media = await client.media.upload(id, largest);
    expect(media).toMatchObject({ origin: 'upload', bytes: MEDIA_BYTES_MAX });
    const larger = new Blob([largest, 'x'], { type: 'application/zip' });
    await expect(client.media.upload(id, larger)).rejects.toMatchObject(problem(413, 'media_too_large'));
  });

  it('is taken by nothing that was refused: nothing of it was stored, and nothing is to be sent', async () => {
    const { items } = await client.messages.list(id);
    expect(items.map(({ kind }) => kind)).toEqual(['document']);
    expect(await client.metrics()).toMatch(/^muster_media_files\S* 4$/m);
  });
});
