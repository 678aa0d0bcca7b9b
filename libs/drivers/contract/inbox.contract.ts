import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import { valueOf, type Witness } from '../witness.contract.js';
import { PIXEL } from './pixel.contract.js';
import { newPhone, type Play } from './play.contract.js';

/** What other people do. */
export function inboxContract(play: Play): void {
  const received = async (witness: Witness): Promise<ReceivedMessage> => (await witness.saw('driver.received')).message;

  describe('what comes in', () => {
    const connected = play.resident();
    it('a file is described when it is told, and brought when it is asked for', async (test) => {
      const people = play.people(test, 'receive-media');
      const { accountId, witness } = await connected();
      const file = { text: 'a dot', mimeType: 'image/png', filename: 'pixel.png', bytes: PIXEL };
      await people.sendFile(accountId, { from: newPhone(), ...file });
      const { providerMessageId, kind, text, media } = await received(witness);
      expect({ text, mimeType: media?.mimeType }).toEqual({ text: 'a dot', mimeType: 'image/png' });
      expect(['image', 'document']).toContain(kind);
      const folder = await mkdtemp(join(tmpdir(), 'muster-contract-'));
      try {
        const path = join(folder, 'file');
        const ask = { providerMessageId, path, bytesMax: 1_000_000 };
        for (let times = 1; times <= 2; times += 1)
          expect(valueOf(await witness.session.ask('fetchMedia', ask))).toMatchObject({ bytes: PIXEL.length });
        expect(Buffer.compare(await readFile(path), PIXEL)).toBe(0);
        const tooSmall = { ...ask, bytesMax: PIXEL.length - 1 };
        expect(await witness.session.ask('fetchMedia', tooSmall)).toMatchObject({ ok: false, why: 'rejected' });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });

    it('an answer names the message that it answers', async (test) => {
      const people = play.people(test, 'reply');
      const { accountId, witness } = await connected();
      const from = newPhone();
      await play.harness.write(accountId, { from, text: 'first' });
      const first = await received(witness);
      await people.answer(accountId, { from, text: 'and then', quoted: first.providerMessageId });
      expect(await received(witness)).toMatchObject({ text: 'and then', quoted: first.providerMessageId });
    });

    it('a reaction, its change and its end are told with the person; an edit and a deletion, too', async (test) => {
      const people = play.people(test, 'send-reaction', 'send-edit', 'send-revoke');
      const { accountId, witness } = await connected();
      const from = newPhone();
      await play.harness.write(accountId, { from, text: 'hello' });
      const { providerMessageId } = await received(witness);
      for (const emoji of ['👍', '❤️', '']) {
        await people.react(accountId, { from, target: providerMessageId, emoji });
        expect(await witness.saw('driver.reacted')).toMatchObject({ providerMessageId, from, emoji });
      }
      await people.edit(accountId, { from, target: providerMessageId, text: 'good morning' });
      expect(await witness.saw('driver.edited')).toMatchObject({ providerMessageId, text: 'good morning' });
      await people.revoke(accountId, { from, target: providerMessageId });
      expect(await witness.saw('driver.revoked')).toMatchObject({ providerMessageId });
    });

    it('a message in a group is told with the group and its sender', async (test) => {
      const people = play.people(test, 'groups');
      const { accountId, witness } = await connected();
      const [olha, petro] = [newPhone(), newPhone()];
      const chatId = await people.createGroup(accountId, { name: 'Neighbours', members: [olha] });
      await people.addToGroup(accountId, { chatId, person: petro });
      let { change } = await witness.saw('driver.group');
      if (change.change === 'other') ({ change } = await witness.saw('driver.group')); // that there is a group now
      expect(change).toMatchObject({ chatId, change: 'added' });
      expect(change.providerMessageId).not.toBe('');
    });

    it('is told again from a given moment on, and nothing before it', async (test) => {
      play.people(test, 'catch-up');
      const { accountId, witness } = await play.connect();
      const from = newPhone();
      await play.harness.write(accountId, { from, text: 'one' });
      const one = await received(witness);
      await new Promise((resolve) => setTimeout(resolve, play.harness.tickMs));
      await play.harness.write(accountId, { from, text: 'two' });
      const two = await received(witness);
      const again = async (afterMs: number): Promise<readonly string[]> => {
        const known = witness.facts.length;
        const ask = { chats: [{ chatId: one.chatId, afterMs }], otherwiseAfterMs: null };
        expect(valueOf(await witness.session.ask('catchUp', ask)).more).toEqual([]);
        return witness.facts
          .slice(known)
          .flatMap((fact) => (fact.type === 'driver.received' ? fact.message.providerMessageId : []));
      };
      expect(await again(one.sentAt - 1)).toEqual([one.providerMessageId, two.providerMessageId]);
      expect(await again(one.sentAt)).toEqual([two.providerMessageId]);
      expect(await again(two.sentAt)).toEqual([]);
    });
  });
}
