import { readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import type { MediaView } from '#libs/contracts/media';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
let url: string;
let account: string;
beforeEach(async () => {
  http = await startHttpRuntime();
  await http.app.listen(0, '127.0.0.1');
  url = await http.app.getUrl();
  const body = JSON.stringify({ label: 'a', provider: 'simulated' });
  const created = await fetch(`${url}/api/v1/accounts`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  account = ((await created.json()) as { id: string }).id;
});
afterEach(() => http[Symbol.asyncDispose]());

const MB = 1_048_576;
const begin = '--edge\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';
const end = '\r\n--edge--\r\n';
const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
const uploadUrl = (): string => `${url}/api/v1/accounts/${account}/media`;

function* formOf(bytes: number): Generator<Buffer> {
  yield Buffer.from(begin);
  const block = Buffer.alloc(MB, 'x');
  for (let left = bytes; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
  yield Buffer.from(end);
}
const upload = (bytes: number): Promise<Response> =>
  fetch(uploadUrl(), {
    method: 'POST',
    body: Readable.toWeb(Readable.from(formOf(bytes))) as ReadableStream,
    headers,
    duplex: 'half',
  });
async function filesKept(): Promise<readonly string[]> {
  const all = await readdir(http.media.folder.dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

it('takes a file of the largest size, a piece at a time', async () => {
  const before = process.memoryUsage.rss();
  const answer = await upload(MEDIA_BYTES_MAX);
  expect(answer.status).toBe(201);
  const media = (await answer.json()) as MediaView;
  expect(media.bytes).toBe(MEDIA_BYTES_MAX);
  // Caller and server are one process here; both together have but a few pieces of it.
  expect((process.memoryUsage.rss() - before) / MB).toBeLessThan(MEDIA_BYTES_MAX / MB);
  const content = await fetch(`${url}/api/v1/media/${media.id}/content`);
  let bytes = 0;
  for await (const chunk of content.body ?? []) bytes += (chunk as Uint8Array).length;
  expect(bytes).toBe(MEDIA_BYTES_MAX);
});

it('tells a file that is larger, and keeps none of it', async () => {
  const answer = await upload(MEDIA_BYTES_MAX + 1);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'media_too_large']);
  expect(await filesKept()).toEqual([]);
});

it('keeps nothing of a file whose caller goes away', async () => {
  const asked = request(uploadUrl(), { method: 'POST', headers });
  asked.on('error', () => undefined);
  asked.write(begin);
  asked.write(Buffer.alloc(MB));
  await expect.poll(async () => (await filesKept()).length).toBe(1);
  asked.destroy();
  await expect.poll(filesKept).toEqual([]);
});

it('closes a file whose reader goes away', async () => {
  const { id } = (await (await upload(16 * MB)).json()) as MediaView;
  const open = async (): Promise<number> => (await readdir('/dev/fd')).length;
  const before = await open();
  for (let i = 0; i < 5; i += 1) {
    const asked = request(`${url}/api/v1/media/${id}/content`).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer, 'readable');
    answer.destroy();
  }
  await expect.poll(open).toBeLessThanOrEqual(before);
});
