import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '#apps/simulator/journal';
import type { MediaKind, OutgoingContent } from '#libs/contracts/content';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { PROBE_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import type { SessionAnswer } from '#libs/contracts/session';
import { PIXEL } from '#libs/drivers/contract/pixel.contract';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { fileHashOf } from './whatsapp-people.js';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

const me = '+491700000001';
const bob = '+491700000002';
const folder = mkdtempSync(join(tmpdir(), 'whatsapp-kinds-'));

let stage: WhatsappStage;
let witness: Witness;

beforeAll(async () => {
  stage = await openWhatsappStage();
  ({ witness } = await stage.paired(me));
});
afterEach(() => stage.control.clearFaults());
afterAll(async () => {
  await stage.end();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (bytes: Uint8Array, mimeType: string, filename: string | null = null) => {
  const path = join(folder, randomUUID());
  writeFileSync(path, bytes);
  return { path, mimeType, filename, bytes: bytes.length };
};
const mediaOf = (
  kind: MediaKind,
  bytes: Uint8Array,
  mimeType: string,
  more: { text?: string; filename?: string } = {},
): OutgoingContent => ({
  kind,
  media: fileOf(bytes, mimeType, more.filename ?? null),
  text: more.text ?? null,
  mentions: [],
});
const text = (words: string, mentions: readonly string[] = [], linkPreview = false): OutgoingContent => ({
  kind: 'text',
  text: words,
  mentions,
  linkPreview,
});

interface Sent {
  readonly key: string;
  readonly answer: SessionAnswer<Record<string, never>>;
}
const prepare = async (to = bob): Promise<string> =>
  valueOf(await witness.session.ask('prepare', { messageId: randomUUID(), to })).providerMessageId;
const send = async (content: OutgoingContent, quoted: string | null = null, to = bob): Promise<Sent> => {
  const key = await prepare(to);
  return { key, answer: await witness.session.ask('send', { providerMessageId: key, to, content, quoted }) };
};
/** What reached the servers under this key. */
const arrivals = async (key: string): Promise<readonly JournalEntry[]> =>
  (await stage.control.journal({ kind: 'message.accepted' })).filter(
    ({ messageId }) => messageId === key.split('_')[2],
  );
const arrived = async ({ key, answer }: Sent): Promise<NonNullable<JournalEntry['content']>> => {
  valueOf(answer);
  await expect.poll(() => arrivals(key), { timeout: WAIT_MS }).toHaveLength(1);
  return (await arrivals(key))[0]!.content!;
};
const lookup = async (key: string) => valueOf(await witness.session.ask('lookup', { providerMessageId: key, to: bob }));

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
    expect(await arrived(await send(mediaOf(kind, bytes, mimetype)))).toMatchObject({ type, text: '', media });
  });

  it('is sent with its caption and its name', async () => {
    const content = await arrived(
      await send(mediaOf('document', noise, 'text/csv', { text: 'figures', filename: 'a b.csv' })),
    );
    expect(content).toMatchObject({ text: 'figures', media: { filename: 'a b.csv' } });
  });

  it('becomes a sticker when it is a picture', async () => {
    expect(await arrived(await send(mediaOf('sticker', PIXEL, 'image/png')))).toMatchObject({ type: 'sticker' });
  });

  it('of many megabytes is sent whole, and an account beside it is answered meanwhile', async () => {
    const other = await stage.paired('+491700000003');
    const large = randomBytes(24 * 1_048_576);
    const sending = send(mediaOf('document', large, 'application/zip'));
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
    expect(await arrived(await sending)).toMatchObject({ media: { bytes: large.length, filehash: fileHashOf(large) } });
    await other.witness.session.kill();
  });

  it('is refused, with nothing sent, when it is gone, too large, or of another kind', async () => {
    const gone = { path: join(folder, 'gone'), mimeType: 'image/png', filename: null, bytes: 3 };
    const huge = { ...fileOf(PIXEL, 'application/zip') };
    writeFileSync(huge.path, Buffer.alloc(MEDIA_BYTES_MAX + 1));
    const refused = [
      await send({ kind: 'image', media: gone, text: null, mentions: [] }),
      await send({ kind: 'document', media: huge, text: null, mentions: [] }),
      await send(mediaOf('sticker', PIXEL, 'video/mp4')),
      await send(mediaOf('image', PIXEL, 'application/pdf')),
    ];
    for (const { key, answer } of refused) {
      expect(answer).toMatchObject({ ok: false, why: 'rejected' });
      expect(await arrivals(key)).toEqual([]);
    }
    expect(refused.map(({ answer }) => (answer.ok ? '' : answer.detail))).toEqual([
      expect.stringContaining('not there'),
      expect.stringContaining('bytes'),
      expect.stringContaining('sticker'),
      expect.stringContaining('image'),
    ]);
  });

  it('of a video that this browser has no codec for is refused as something it can’t do', async () => {
    const { answer } = await send(mediaOf('video', noise, 'video/quicktime'));
    expect(answer).toMatchObject({ ok: false, why: 'unsupported' });
  });

  it('that the servers do not take is rejected, and certainly unsent', async () => {
    await stage.control.setFault({ name: 'upload_fails', number: me });
    const { key, answer } = await send(mediaOf('image', PIXEL, 'image/png'));
    expect(answer).toMatchObject({ ok: false, why: 'rejected' });
    expect(await lookup(key)).toEqual({ level: null });
    expect(await arrivals(key)).toEqual([]);
  });

  it('that is long on its way is known as pending, and asked for again is sent once', async () => {
    await stage.control.setFault({ name: 'slow', stage: 'upload', ms: 3_000, number: me });
    const key = await prepare();
    const content = mediaOf('image', PIXEL, 'image/png');
    const ask = { providerMessageId: key, to: bob, content, quoted: null };
    const first = witness.session.ask('send', ask);
    await expect.poll(() => lookup(key), { timeout: WAIT_MS }).toEqual({ level: 'pending' });
    const second = witness.session.ask('send', ask);
    expect(await Promise.all([first, second])).toEqual([valid, valid]);
    await expect.poll(() => arrivals(key), { timeout: WAIT_MS }).toHaveLength(1);
    expect(await witness.session.ask('send', ask)).toEqual(valid);
    expect(await arrivals(key)).toHaveLength(1);
  });
});

const valid = { ok: true, value: {} };

describe('a message without a file', () => {
  it('is a text that mentions people', async () => {
    const content = await arrived(await send(text('hi @491700000002', [bob, 'nobody'])));
    expect(content).toMatchObject({ type: 'chat', text: 'hi @491700000002', mentions: ['491700000002@c.us'] });
  });

  it('is a text with a look at its link, where one is wanted and can be had', async () => {
    const words = 'see https://example.org/page';
    expect(await arrived(await send(text(words, [], true)))).toMatchObject({
      link: { url: 'https://example.org/page' },
    });
    expect(await arrived(await send(text(words)))).not.toHaveProperty('link');
    await stage.control.setFault({ name: 'preview_fails', how: 'silent', number: me });
    const without = await arrived(await send(text(words, [], true)));
    expect(without).toMatchObject({ text: words });
    expect(without).not.toHaveProperty('link');
  });

  it('is a place with its name', async () => {
    const place = { latitude: 50.45, longitude: 30.52, name: 'Office', address: 'Main 1' };
    expect(await arrived(await send({ kind: 'location', ...place }))).toMatchObject({
      type: 'location',
      location: { latitude: 50.45, longitude: 30.52, place: 'Office\nMain 1' },
    });
  });

  it('is one card or several, of people who are in no address book', async () => {
    const ann = { name: 'Ann; Lee', phones: [bob] };
    const one = await arrived(await send({ kind: 'contact', contacts: [ann] }));
    expect(one).toMatchObject({ type: 'vcard', cards: [{ name: 'Ann; Lee' }] });
    const two = await arrived(await send({ kind: 'contact', contacts: [ann, { name: 'Bo', phones: ['112'] }] }));
    expect(two).toMatchObject({ type: 'multi_vcard', cards: [{ name: 'Ann; Lee' }, { name: 'Bo' }] });
  });

  it.each([true, false])('is a poll, of several answers: %s', async (multiple) => {
    const poll = { question: 'When?', options: ['now', 'later'], multiple };
    expect(await arrived(await send({ kind: 'poll', ...poll }))).toMatchObject({ type: 'poll_creation', poll });
  });

  it('answers one of theirs and one of ours', async () => {
    await stage.control.sendIn({ from: bob, to: me, text: 'a question' });
    const { message } = await witness.saw('driver.received');
    const ours = await send(text('an answer'), message.providerMessageId);
    expect(await arrived(ours)).toMatchObject({ quoted: { from: '491700000002@c.us', text: 'a question' } });
    expect(await arrived(await send(text('more'), ours.key))).toMatchObject({ quoted: { text: 'an answer' } });
  });

  it('that answers a message which nobody knows, or which is deleted, is rejected and unsent', async () => {
    const unknown = await send(text('an answer'), 'false_491700000002@c.us_3EB0FFFF');
    const deleted = await send(text('to be deleted'));
    await arrived(deleted);
    valueOf(await witness.session.ask('act', { to: bob, action: { kind: 'revoke', target: deleted.key } }));
    for (const { key, answer } of [unknown, await send(text('an answer'), deleted.key)]) {
      expect(answer).toMatchObject({ ok: false, why: 'rejected' });
      expect(await arrivals(key)).toEqual([]);
    }
  });

  it('goes to a group, and its acknowledgements are told under its key', async () => {
    const { id } = await stage.control.createGroup({ by: bob, subject: 'Team', members: [me, '+491700000004'] });
    await witness.saw('driver.group');
    const sent = await send(text('all of you'), null, id);
    expect(await arrived(sent)).toMatchObject({ text: 'all of you' });
    const isOurs = (fact: Witness['facts'][number]): boolean =>
      fact.type === 'driver.acknowledged' && fact.providerMessageId === sent.key && fact.level === 'delivered';
    await expect.poll(() => witness.facts.some(isOurs), { timeout: WAIT_MS }).toBe(true);
  });
});

describe('a chat that there is not', () => {
  it.each(['+491700000088', '120363000000000009@g.us'])('is a bad recipient: %s', async (to) => {
    await stage.control.setPhone('491700000088', { registered: false });
    const answer = await witness.session.ask('prepare', { messageId: randomUUID(), to });
    expect(answer).toMatchObject({ ok: false, why: 'bad_recipient' });
  });
});

describe('what WhatsApp does not allow any more', () => {
  it('is rejected with the reason: a change after its time, and of a message that is not ours', async () => {
    await stage.control.sendIn({ from: bob, to: me, text: 'theirs' });
    const { message } = await witness.saw('driver.received');
    for (const kind of ['edit', 'revoke'] as const) {
      const action = { kind, target: message.providerMessageId, text: 'mine' };
      const answer = await witness.session.ask('act', { to: bob, action });
      expect(answer).toMatchObject({
        ok: false,
        why: 'rejected',
        detail: expect.stringContaining('not ours') as string,
      });
    }
  });
});
