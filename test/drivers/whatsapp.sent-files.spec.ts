import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { PROBE_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import { PIXEL } from '#libs/drivers/contract/pixel.contract';
import { valueOf } from '#libs/drivers/witness.contract';
import { bob, me, SendingStage } from './sending-stage.js';
import { fileHashOf } from './whatsapp-people.js';
import { WAIT_MS } from './whatsapp-stage.js';

const valid = { ok: true, value: {} };
let alice: SendingStage;
beforeAll(async () => {
  alice = await SendingStage.open();
});
afterEach(() => alice.control.clearFaults());
afterAll(() => alice.end());

describe('a file', () => {
  const noise = randomBytes(300_000);

  it.each([
    ['image', 'image', 'image/png', PIXEL],
    ['video', 'video', 'video/mp4', noise],
    ['audio', 'audio', 'audio/mpeg', noise],
    ['voice', 'ptt', 'audio/ogg; codecs=opus', noise],
    ['document', 'document', 'application/pdf', noise],
  ] as const)('is sent as %s, byte for byte, under the key that was prepared', async (kind, type, mimetype, bytes) => {
    const media = { bytes: bytes.length, filehash: fileHashOf(bytes), mimetype };
    expect(await alice.arrived(await alice.send(alice.mediaOf(kind, bytes, mimetype)))).toMatchObject({
      type,
      text: '',
      media,
    });
  });

  it('is sent with its caption and its name', async () => {
    const content = await alice.arrived(
      await alice.send(alice.mediaOf('document', noise, 'text/csv', { text: 'figures', filename: 'a b.csv' })),
    );
    expect(content).toMatchObject({ text: 'figures', media: { filename: 'a b.csv' } });
  });

  it('becomes a sticker when it is a picture', async () => {
    expect(await alice.arrived(await alice.send(alice.mediaOf('sticker', PIXEL, 'image/png')))).toMatchObject({
      type: 'sticker',
    });
  });

  it('of many megabytes is sent whole, and an account beside it is answered meanwhile', async () => {
    const other = await alice.stage.paired('+491700000003');
    const large = randomBytes(24 * 1_048_576);
    const sending = alice.send(alice.mediaOf('document', large, 'application/zip'));
    const startedAt = performance.now();
    let longest = 0;
    const isSent = sending.then(() => true);
    while (!(await Promise.race([isSent, other.witness.session.ask('probe', {}).then(() => false)]))) {
      const askedAt = performance.now();
      valueOf(await other.witness.session.ask('probe', {}));
      longest = Math.max(longest, performance.now() - askedAt);
    }
    expect(longest, `longest answer while ${performance.now() - startedAt} ms were spent`).toBeLessThan(
      PROBE_ANSWER_MS_MAX,
    );
    expect(await alice.arrived(await sending)).toMatchObject({
      media: { bytes: large.length, filehash: fileHashOf(large) },
    });
    await other.witness.session.kill();
  });

  it('is refused, with nothing sent, when it is gone, too large, or of another kind', async () => {
    const gone = { path: join(alice.folder, 'gone'), mimeType: 'image/png', filename: null, bytes: 3 };
    const huge = { ...alice.fileOf(PIXEL, 'application/zip') };
    writeFileSync(huge.path, Buffer.alloc(MEDIA_BYTES_MAX + 1));
    const refused = [
      await alice.send({ kind: 'image', media: gone, text: null, mentions: [] }),
      await alice.send({ kind: 'document', media: huge, text: null, mentions: [] }),
      await alice.send(alice.mediaOf('sticker', PIXEL, 'video/mp4')),
      await alice.send(alice.mediaOf('image', PIXEL, 'application/pdf')),
    ];
    for (const { key, answer } of refused) {
      expect(answer).toMatchObject({ ok: false, why: 'rejected' });
      expect(await alice.arrivals(key)).toEqual([]);
    }
    expect(refused.map(({ answer }) => (answer.ok ? '' : answer.detail))).toEqual([
      expect.stringContaining('not there'),
      expect.stringContaining('bytes'),
      expect.stringContaining('sticker'),
      expect.stringContaining('image'),
    ]);
  });

  it('of a video that this browser has no codec for is refused as something it can’t do', async () => {
    const { answer } = await alice.send(alice.mediaOf('video', noise, 'video/quicktime'));
    expect(answer).toMatchObject({ ok: false, why: 'unsupported' });
  });

  it('that the servers do not take is rejected, and certainly unsent', async () => {
    await alice.control.setFault({ name: 'upload_fails', number: me });
    const { key, answer } = await alice.send(alice.mediaOf('image', PIXEL, 'image/png'));
    expect(answer).toMatchObject({ ok: false, why: 'rejected' });
    expect(await alice.lookup(key)).toEqual({ level: null });
    expect(await alice.arrivals(key)).toEqual([]);
  });

  it('that is long on its way is known as pending, and asked for again is sent once', async () => {
    await alice.control.setFault({ name: 'slow', stage: 'upload', ms: 3_000, number: me });
    const key = await alice.prepare();
    const content = alice.mediaOf('image', PIXEL, 'image/png');
    const ask = { providerMessageId: key, to: bob, content, quoted: null };
    const first = alice.witness.session.ask('send', ask);
    await expect.poll(() => alice.lookup(key), { timeout: WAIT_MS }).toEqual({ level: 'pending' });
    const second = alice.witness.session.ask('send', ask);
    expect(await Promise.all([first, second])).toEqual([valid, valid]);
    await expect.poll(() => alice.arrivals(key), { timeout: WAIT_MS }).toHaveLength(1);
    expect(await alice.witness.session.ask('send', ask)).toEqual(valid);
    expect(await alice.arrivals(key)).toHaveLength(1);
  });

  it('whose page loads itself again under way is certainly unsent, and sent once when it is asked for again', async () => {
    await alice.control.setFault({ name: 'slow', stage: 'upload', ms: 3_000, number: me });
    const key = await alice.prepare();
    const ask = { providerMessageId: key, to: bob, content: alice.mediaOf('image', PIXEL, 'image/png'), quoted: null };
    const first = alice.witness.session.ask('send', ask);
    await expect.poll(() => alice.lookup(key), { timeout: WAIT_MS }).toEqual({ level: 'pending' });
    await alice.control.do({ deed: 'reload', number: me });
    expect((await first).ok).toBe(false);
    await alice.control.clearFaults();
    await alice.witness.saw('driver.degraded');
    await alice.witness.saw('driver.ready');
    expect(await alice.lookup(key)).toEqual({ level: null });
    expect(await alice.witness.session.ask('send', ask)).toEqual(valid);
    await expect.poll(() => alice.arrivals(key), { timeout: WAIT_MS }).toHaveLength(1);
  });
});
