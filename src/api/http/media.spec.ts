import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InjectOptions } from 'fastify';
import { BODY_BYTES_MAX } from '#libs/contracts/limits/calls';
import { MEDIA_BASE64_CHARS_MAX } from '#libs/contracts/limits/media';
import { mediaSchema, type MediaView } from '#libs/contracts/media';
import { type HttpRuntime, type HttpRuntimeOptions, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
let account: string;
async function start(options: HttpRuntimeOptions = {}): Promise<void> {
  http = await startHttpRuntime(options);
  const payload = { label: 'a', provider: 'simulated' };
  const answer = await http.app.inject({ method: 'POST', url: '/api/v1/accounts', payload });
  account = answer.json<{ id: string }>().id;
}
beforeEach(() => start());
afterEach(() => http[Symbol.asyncDispose]());

const uploadUrl = (): string => `/api/v1/accounts/${account}/media`;
const BOUNDARY = 'edge';
interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly content: string | Buffer;
}
function formOf(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): InjectOptions {
  const payload = Buffer.concat([
    ...parts.flatMap(({ name, filename, type, content }) => [
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
          `${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end),
  ]);
  return { method: 'POST', payload, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } };
}
const post = (options: InjectOptions) => http.app.inject({ url: uploadUrl(), method: 'POST', ...options });
async function upload(content: string | Buffer, more: Partial<Part> = {}): Promise<MediaView> {
  const answer = await post(formOf([{ name: 'file', filename: 'a.txt', type: 'text/plain', content, ...more }]));
  expect(answer.statusCode, answer.body).toBe(201);
  return mediaSchema.parse(answer.json());
}
const download = (id: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  http.app.inject({ method, url: `/api/v1/media/${id}/content`, headers });
const codeOf = (answer: { json(): unknown }): string => (answer.json() as { code: string }).code;
async function filesKept(): Promise<number> {
  const all = await readdir(http.media.folder.dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((entry) => entry.isFile()).length;
}

describe('an upload', () => {
  it('by a form is kept as it came', async () => {
    const content = randomBytes(300_000);
    const media = await upload(content, { filename: 'Звіт.pdf', type: 'application/pdf' });
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(media).toMatchObject({
      accountId: account,
      origin: 'upload',
      mimeType: 'application/pdf',
      filename: 'Звіт.pdf',
    });
    expect(media).toMatchObject({ bytes: 300_000, sha256 });
    expect((await http.app.inject({ url: `/api/v1/media/${media.id}` })).json()).toEqual(media);
    expect((await download(media.id)).rawPayload.equals(content)).toBe(true);
  });

  it('passes over other parts, before and after', async () => {
    const parts = [
      { name: 'note', content: 'hello' },
      { name: 'other', filename: 'b.txt', content: 'not this one' },
      { name: 'file', filename: 'c:\\me\\a.txt', content: 'this one' },
      { name: 'file', filename: 'c.txt', content: 'nor this one' },
    ];
    const answer = await post(formOf(parts));
    expect(answer.json()).toMatchObject({ filename: 'a.txt', bytes: 8, mimeType: 'text/plain' });
    expect(await filesKept()).toBe(1);
  });

  it('by JSON is kept as well, up to a size far above that of other bodies', async () => {
    const content = randomBytes(2 * BODY_BYTES_MAX);
    const base64 = content.toString('base64');
    const answer = await post({ payload: { base64, mimeType: 'image/png', filename: 'a.png' } });
    expect(answer.json()).toMatchObject({ bytes: content.length, mimeType: 'image/png' });
    const message = { to: '+380441234567', text: 'x'.repeat(BODY_BYTES_MAX) };
    const other = await http.app.inject({ method: 'PATCH', url: `/api/v1/accounts/${account}`, payload: message });
    expect([other.statusCode, codeOf(other)]).toEqual([413, 'payload_too_large']);
    const tooLong = await post({
      payload: { base64: 'A'.repeat(MEDIA_BASE64_CHARS_MAX + 70_000), mimeType: 'image/png' },
    });
    expect(codeOf(tooLong)).toBe('payload_too_large');
  });

  it.each<[string, () => InjectOptions, number, string]>([
    ['without the part', () => formOf([{ name: 'picture', filename: 'a', content: 'x' }]), 400, 'invalid_request'],
    ['that breaks off', () => formOf([{ name: 'file', filename: 'a', content: 'x' }], ''), 400, 'invalid_request'],
    [
      'without a boundary',
      () => ({ payload: 'x', headers: { 'content-type': 'multipart/form-data' } }),
      400,
      'invalid_request',
    ],
    [
      'of nothing',
      () => ({ payload: '', headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
      400,
      'invalid_request',
    ],
    [
      'of plain text',
      () => ({ payload: 'x', headers: { 'content-type': 'text/plain' } }),
      415,
      'unsupported_media_type',
    ],
    ['of no base64', () => ({ payload: { base64: '?', mimeType: 'image/png' } }), 400, 'invalid_request'],
    ['from a private place', () => ({ payload: { url: 'http://10.0.0.1/a' } }), 422, 'target_forbidden'],
    ['from a file', () => ({ payload: { url: 'file:///etc/passwd' } }), 400, 'invalid_request'],
  ])('%s is refused and leaves nothing', async (_what, options, status, code) => {
    const answer = await post(options());
    expect([answer.statusCode, codeOf(answer)]).toEqual([status, code]);
    expect(await filesKept()).toBe(0);
  });

  it('for an account that is not there, or of any other call, is refused', async () => {
    const form = formOf([{ name: 'file', filename: 'a', content: 'x' }]);
    const nobody = '/api/v1/accounts/0193a1b2-0000-7000-8000-000000000000/media';
    expect(codeOf(await post({ ...form, url: nobody }))).toBe('account_not_found');
    expect(codeOf(await post({ ...form, url: '/api/v1/accounts/nobody/media' }))).toBe('invalid_request');
    expect(codeOf(await post({ ...form, url: `/api/v1/accounts/${account}/messages` }))).toBe('unsupported_media_type');
    expect(await filesKept()).toBe(0);
  });

  it.each([
    ['too large', { bytesMax: 10 }, 413, 'media_too_large'],
    ['one too many for the disk', { diskFreeMbMin: 1e9 }, 507, 'disk_full'],
  ])('that is %s is refused and leaves nothing', async (_what, files, status, code) => {
    await http[Symbol.asyncDispose]();
    await start({ files });
    const answer = await post(formOf([{ name: 'file', filename: 'a', content: 'x'.repeat(200_000) }]));
    expect([answer.statusCode, codeOf(answer)]).toEqual([status, code]);
    expect(await filesKept()).toBe(0);
  });
});

describe('a download', () => {
  it('is to be saved and runs nothing in our name', async () => {
    const { id, sha256 } = await upload('<script>', { type: 'text/html', filename: 'Привіт; усе.html' });
    expect((await download(id)).headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '8',
      'content-disposition': `attachment; filename="??????; ???.html"; filename*=UTF-8''%D0%9F%D1%80%D0%B8%D0%B2%D1%96%D1%82%3B%20%D1%83%D1%81%D0%B5.html`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'cache-control': 'no-store',
    });
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-1,4-5', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ])('of %s', async (range, status, body, contentRange) => {
    const { id } = await upload('0123456789');
    const answer = await download(id, { range });
    expect([answer.statusCode, answer.body, answer.headers['content-range']]).toEqual([status, body, contentRange]);
    expect(answer.headers['content-length']).toBe(String(body.length));
  });

  it('of bytes that are not there is refused with the length', async () => {
    const { id } = await upload('0123456789');
    const answer = await download(id, { range: 'bytes=10-' });
    expect([answer.statusCode, codeOf(answer)]).toEqual([416, 'range_not_satisfiable']);
    expect(answer.headers['content-range']).toBe('bytes */10');
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('goes on only with the same file, and is not sent to whoever has it', async () => {
    const { id, sha256 } = await upload('0123456789');
    const etag = `"${sha256}"`;
    expect((await download(id, { range: 'bytes=5-', 'if-range': etag })).body).toBe('56789');
    expect((await download(id, { range: 'bytes=5-', 'if-range': '"other"' })).statusCode).toBe(200);
    expect((await download(id, { range: 'bytes=5-', 'if-range': new Date().toUTCString() })).statusCode).toBe(200);
    const again = await download(id, { 'if-none-match': `"other", W/${etag}` });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('by HEAD tells all but the bytes', async () => {
    const { id } = await upload('0123456789');
    const answer = await download(id, { range: 'bytes=5-' }, 'HEAD');
    expect([answer.statusCode, answer.body, answer.headers['content-length']]).toEqual([200, '', '10']);
  });

  it('of an empty file is empty', async () => {
    const { id } = await upload('');
    const answer = await download(id);
    expect([answer.statusCode, answer.body, answer.headers['content-length']]).toEqual([200, '', '0']);
    expect((await download(id, { range: 'bytes=0-' })).statusCode).toBe(416);
  });

  it('of what is not there, or was taken from the disk, is refused', async () => {
    expect(codeOf(await download('0193a1b2-0000-7000-8000-000000000000'))).toBe('media_not_found');
    const { id } = await upload('x');
    await http.media.folder.remove(id);
    expect(codeOf(await download(id))).toBe('media_not_found');
  });
});
