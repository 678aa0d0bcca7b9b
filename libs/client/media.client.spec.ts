import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';
import { createClient, type MusterClient } from './client.js';

let http: HttpRuntime;
let client: MusterClient;
let account: string;
beforeEach(async () => {
  http = await startHttpRuntime({ apiKeys: ['the-key'] });
  await http.app.listen(0, '127.0.0.1');
  client = createClient({ baseUrl: await http.app.getUrl(), apiKey: 'the-key' });
  account = (await client.accounts.create({ label: 'a', provider: 'simulated' })).id;
});
afterEach(() => http[Symbol.asyncDispose]());

const picture = new TextEncoder().encode('0123456789');
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
async function* pieces(): AsyncGenerator<Uint8Array> {
  yield picture.subarray(0, 4);
  yield picture.subarray(4);
}

describe('files by the client', () => {
  it('go up as bytes, blob, file, either kind of stream or base64, and come down the same', async () => {
    const described = { mimeType: 'image/png', filename: 'digits.png' };
    const files = [
      await client.media.upload(account, picture, described),
      await client.media.upload(account, new Blob([picture]), described),
      await client.media.upload(account, new File([picture], 'digits.png', { type: 'image/png' })),
      await client.media.upload(account, pieces(), described),
      await client.media.upload(account, new Blob([picture]).stream(), described),
      await client.media.upload(account, { base64: btoa('0123456789'), mimeType: 'image/png' }, described),
    ];
    for (const file of files) {
      expect(file).toMatchObject({ ...described, origin: 'upload', bytes: 10 });
      expect(await client.media.describe(file.id)).toEqual(file);
      expect(await client.media.download(file.id)).toEqual(picture);
    }
  });

  it('without a name and type have none', async () => {
    const file = await client.media.upload(account, picture);
    expect(file).toMatchObject({ filename: null, mimeType: 'application/octet-stream' });
  });

  it('come down in parts, and tell which part it is', async () => {
    const { id } = await client.media.upload(account, picture, { mimeType: 'text/plain' });
    expect(textOf(await client.media.download(id, { range: { first: 2, last: 4 } }))).toBe('234');
    expect(textOf(await client.media.download(id, { range: { first: 7 } }))).toBe('789');
    const part = await client.media.stream(id, { range: { first: 8 } });
    expect(part).toMatchObject({ mimeType: 'text/plain', bytes: 10, first: 8, last: 9 });
    expect(await new Response(part.stream).text()).toBe('89');
    expect(await client.media.stream(id)).toMatchObject({ bytes: 10, first: 0, last: 9 });
    await expect(client.media.download(id, { range: { first: 10 } })).rejects.toMatchObject({
      problem: { code: 'range_not_satisfiable' },
    });
  });

  it('that are too large are not gathered to their end', async () => {
    let given = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given += 1_048_576;
          yield new Uint8Array(1_048_576);
        }
      } finally {
        ended = true;
      }
    }
    await expect(client.media.upload(account, endless())).rejects.toThrow(RangeError);
    expect([ended, given]).toEqual([true, MEDIA_BYTES_MAX + 1_048_576]);
  });

  it('are refused in words', async () => {
    await expect(client.media.describe(account)).rejects.toMatchObject({ problem: { code: 'media_not_found' } });
    await expect(client.media.download(account)).rejects.toMatchObject({ problem: { code: 'media_not_found' } });
    await expect(client.media.upload(account, { url: 'http://127.0.0.1:1/x.png' })).rejects.toMatchObject({
      problem: { code: 'media_unreachable' },
    });
  });
});
