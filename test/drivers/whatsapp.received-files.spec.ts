import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { bob, chatOf, InboxStage, type Letter, me } from './inbox-stage.js';
import { fileHashOf } from './whatsapp-people.js';

const folder = mkdtempSync(join(tmpdir(), 'whatsapp-files-'));
let inbox: InboxStage;
beforeAll(async () => {
  inbox = await InboxStage.open();
});
afterEach(() => inbox.control.clearFaults());
afterAll(async () => {
  await inbox.stage.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('the file of a message', () => {
  const receive = async (media: Letter['media']): Promise<{ providerMessageId: string; path: string }> => {
    const { providerMessageId } = await inbox.heard({ media });
    return { providerMessageId, path: join(folder, randomUUID()) };
  };
  const zip = { type: 'document', mimetype: 'application/zip', filename: 'a.zip' } as const;
  const bytesMax = 64 * 1_048_576;

  it('comes whole in pieces, in place of one that is there', async () => {
    const bytes = randomBytes(5_000_001);
    const { providerMessageId, path } = await receive({ ...zip, base64: bytes.toString('base64') });
    for (let times = 1; times <= 2; times += 1)
      expect(valueOf(await inbox.witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax }))).toEqual({
        bytes: bytes.length,
        mimeType: 'application/zip',
        filename: 'a.zip',
      });
    expect(fileHashOf(readFileSync(path))).toBe(fileHashOf(bytes));
  });

  it('that is empty is an empty file', async () => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 0 });
    expect(await inbox.witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax })).toMatchObject({
      ok: true,
    });
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('that is too large is not even begun', async () => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 2_000 });
    const answer = await inbox.witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax: 1_999 });
    expect(answer).toMatchObject({
      ok: false,
      why: 'rejected',
      detail: expect.stringContaining('2000 bytes') as string,
    });
    expect(await inbox.control.journal({ kind: 'media.downloaded' })).not.toContainEqual(
      expect.objectContaining({ bytes: 2_000 }),
    );
  });

  it.each([
    ['gone', 'rejected'],
    ['broken', 'unanswered'],
  ] as const)('that is %s on the server is %s, and nothing is left on disk', async (how, why) => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 700_000 });
    await inbox.control.setFault({ name: 'download_fails', how, number: me });
    const answer = await inbox.witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax });
    expect(answer).toMatchObject({ ok: false, why });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is none of a text, and of a message that nobody knows', async () => {
    const { providerMessageId } = await inbox.heard({ text: 'no file' });
    for (const id of [providerMessageId, `false_${chatOf(bob)}_3EB0FFFF`]) {
      const ask = { providerMessageId: id, path: join(folder, 'none'), bytesMax };
      expect(await inbox.witness.session.ask('fetchMedia', ask)).toMatchObject({ ok: false, why: 'rejected' });
    }
  });
});
