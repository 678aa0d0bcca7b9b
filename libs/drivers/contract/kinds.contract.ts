import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OutgoingContent } from '#libs/contracts/content';
import { valueOf, type Witness } from '../witness.contract.js';
import { PIXEL } from './pixel.contract.js';
import { newPhone, type Play } from './play.contract.js';

const WITHOUT_FILE: readonly Exclude<OutgoingContent, { media: unknown }>[] = [
  { kind: 'text', text: 'a word', mentions: [], linkPreview: false },
  { kind: 'location', latitude: 50.45, longitude: 30.52, name: 'Kyiv' },
  { kind: 'contact', contacts: [{ name: 'Olha', phones: ['+380501112233'] }] },
  { kind: 'poll', question: 'When?', options: ['now', 'later'], multiple: false },
];
const WITH_FILE = ['image', 'document'] as const;

/** Messages of every kind, and what is done to them afterwards. */
export function kindContract(play: Play): void {
  const send = async (
    { session }: Witness,
    to: string,
    content: OutgoingContent,
    quoted: string | null = null,
  ): Promise<string> => {
    const { providerMessageId } = valueOf(await session.ask('prepare', { messageId: randomUUID(), to }));
    valueOf(await session.ask('send', { providerMessageId, to, content, quoted }));
    return providerMessageId;
  };
  const reached = async (witness: Witness, providerMessageId: string): Promise<void> => {
    for (;;) {
      const told = await witness.saw('driver.acknowledged');
      if (told.providerMessageId === providerMessageId && told.level !== 'pending') return;
    }
  };

  describe('kinds of messages', () => {
    const connected = play.resident();
    for (const content of WITHOUT_FILE) {
      it(`a ${content.kind} reaches the other side as one`, async (test) => {
        const people = play.people(test, `send-${content.kind}`);
        const { accountId, witness } = await connected();
        const id = await send(witness, newPhone(), content);
        await reached(witness, id);
        expect(await people.sees(accountId, id)).toMatchObject({ kind: content.kind, revoked: false });
      });
    }

    for (const kind of WITH_FILE) {
      it(`a ${kind} reaches the other side with its caption and all its bytes`, async (test) => {
        const people = play.people(test, `send-${kind}`);
        const folder = await mkdtemp(join(tmpdir(), 'muster-contract-'));
        try {
          const path = join(folder, 'pixel.png');
          await writeFile(path, PIXEL);
          const media = { path, mimeType: 'image/png', filename: 'pixel.png', bytes: PIXEL.length };
          const { accountId, witness } = await connected();
          const id = await send(witness, newPhone(), { kind, text: 'a dot', media, mentions: [] });
          await reached(witness, id);
          const seen = await people.sees(accountId, id);
          expect(seen).toMatchObject({ kind, text: 'a dot' });
          // An image may be coded anew on its way; a document must not be.
          if (kind === 'document') expect(seen?.bytes).toBe(PIXEL.length);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      });
    }

    it('a file that is not there is refused, and nothing is sent', async (test) => {
      const people = play.people(test, 'send-document');
      const { accountId, witness } = await connected();
      const to = newPhone();
      const media = { path: join(tmpdir(), randomUUID()), mimeType: 'image/png', filename: 'gone.png', bytes: 3 };
      const { providerMessageId } = valueOf(await witness.session.ask('prepare', { messageId: randomUUID(), to }));
      const content = { kind: 'document', text: null, media, mentions: [] } as const;
      expect(await witness.session.ask('send', { providerMessageId, to, content, quoted: null })).toMatchObject({
        ok: false,
        why: 'rejected',
      });
      expect(await people.sees(accountId, providerMessageId)).toBeNull();
    });
  });

  describe('what is done to a message that was sent', () => {
    const connected = play.resident();
    const sent = async (): Promise<{ accountId: string; witness: Witness; to: string; target: string }> => {
      const { accountId, witness } = await connected();
      const to = newPhone();
      const target = await send(witness, to, WITHOUT_FILE[0]!);
      await reached(witness, target);
      return { accountId, witness, to, target };
    };

    it('a reaction is seen, is replaced by the next one, and is taken back', async (test) => {
      const people = play.people(test, 'send-reaction');
      const { accountId, witness, to, target } = await sent();
      const seen = async (): Promise<readonly string[] | undefined> =>
        (await people.sees(accountId, target))?.reactions;
      for (const [emoji, expected] of [
        ['👍', ['👍']],
        ['❤️', ['❤️']],
        ['', []],
      ] as const) {
        valueOf(await witness.session.ask('act', { to, action: { kind: 'reaction', target, emoji } }));
        await expect.poll(seen, { timeout: play.harness.waitMsMax }).toEqual(expected);
      }
    });

    it('an edit is seen, also when it is made twice', async (test) => {
      const people = play.people(test, 'send-edit');
      const { accountId, witness, to, target } = await sent();
      const action = { kind: 'edit', target, text: 'a better word' } as const;
      for (let times = 1; times <= 2; times += 1) valueOf(await witness.session.ask('act', { to, action }));
      await expect
        .poll(async () => (await people.sees(accountId, target))?.text, { timeout: play.harness.waitMsMax })
        .toBe('a better word');
    });

    it('a deletion for everyone is seen, also when it is made twice', async (test) => {
      const people = play.people(test, 'send-revoke');
      const { accountId, witness, to, target } = await sent();
      const action = { kind: 'revoke', target } as const;
      for (let times = 1; times <= 2; times += 1) valueOf(await witness.session.ask('act', { to, action }));
      await expect
        .poll(async () => (await people.sees(accountId, target))?.revoked, { timeout: play.harness.waitMsMax })
        .toBe(true);
    });

    it('what is about a message that never was is rejected', async (test) => {
      play.people(test, 'send-reaction');
      const { witness, to, target } = await sent();
      const action = { kind: 'reaction', target: `${target.slice(0, -4)}0000`, emoji: '👍' } as const;
      expect(await witness.session.ask('act', { to, action })).toMatchObject({ ok: false, why: 'rejected' });
    });
  });
}
