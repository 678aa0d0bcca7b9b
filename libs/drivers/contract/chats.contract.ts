import { describe, expect, it } from 'vitest';
import { valueOf } from '../witness.contract.js';
import { newPhone, type Play } from './play.contract.js';

/** What the provider knows of chats, contacts and groups. */
export function chatContract(play: Play): void {
  describe('chats, contacts and groups', () => {
    const connected = play.resident();
    it('a chat is listed, shown by its id or its phone, has its messages, and is read', async (test) => {
      play.people(test, 'chats', 'history', 'mark-read');
      const { accountId, witness } = await connected();
      const from = newPhone();
      await play.harness.write(accountId, { from, text: 'hello' });
      const { message } = await witness.saw('driver.received');
      const { chatId } = message;
      const { session } = witness;
      const list = valueOf(await session.ask('listChats', { kind: 'person', offset: 0, limit: 50 }));
      expect(list.items.map(({ id }) => id)).toContain(chatId);
      expect(list.total).toBe(list.items.length);
      expect(valueOf(await session.ask('listChats', { kind: 'person', offset: list.total, limit: 50 })).items).toEqual(
        [],
      );
      for (const one of [chatId, from])
        expect(valueOf(await session.ask('showChat', { chatId: one }))).toMatchObject({ id: chatId, phone: from });
      const { items } = valueOf(await session.ask('listHistory', { chatId, limit: 10 }));
      expect(items.at(-1)).toMatchObject({
        providerMessageId: message.providerMessageId,
        text: 'hello',
        fromMe: false,
      });
      valueOf(await session.ask('markRead', { chatId }));
      await expect
        .poll(async () => valueOf(await session.ask('showChat', { chatId })).unread, {
          timeout: play.harness.waitMsMax,
        })
        .toBe(0);
    });

    it('what nobody knows is a bad recipient', async (test) => {
      const { nobody } = play.people(test, 'chats', 'contacts', 'groups');
      const { session } = (await connected()).witness;
      const answers = [
        await session.ask('showChat', { chatId: nobody }),
        await session.ask('listHistory', { chatId: nobody, limit: 1 }),
        await session.ask('showGroup', { chatId: '120363000000000009@g.us' }),
      ];
      expect(answers.map((answer) => !answer.ok && answer.why)).toEqual(Array(3).fill('bad_recipient'));
    });

    it('says whether a number can be written to', async (test) => {
      const { nobody } = play.people(test, 'registered');
      const { witness, phone } = await connected();
      const registered = async (of: string) => valueOf(await witness.session.ask('isRegistered', { phone: of }));
      expect(await registered(phone)).toEqual({ phone, registered: true, chatId: `${phone.slice(1)}@c.us` });
      expect(await registered(nobody)).toEqual({ phone: nobody, registered: false, chatId: null });
    });

    it('a group is shown with its members', async (test) => {
      const people = play.people(test, 'groups');
      const { accountId, witness, phone } = await connected();
      const olha = newPhone();
      const chatId = await people.createGroup(accountId, { name: 'Neighbours', members: [olha] });
      await expect
        .poll(() => witness.session.ask('showGroup', { chatId }), { timeout: play.harness.waitMsMax })
        .toMatchObject({ ok: true });
      const group = valueOf(await witness.session.ask('showGroup', { chatId }));
      expect(group).toMatchObject({ id: chatId, name: 'Neighbours', memberCount: 2 });
      expect(new Set(group.members.map((member) => member.phone))).toEqual(new Set([phone, olha]));
    });

    it('a person who has written is among the contacts', async (test) => {
      play.people(test, 'contacts');
      const { accountId, witness } = await connected();
      const from = newPhone();
      await play.harness.write(accountId, { from, text: 'hello' });
      const { message } = await witness.saw('driver.received');
      const { items } = valueOf(await witness.session.ask('listContacts', { offset: 0, limit: 500 }));
      expect(items).toContainEqual(expect.objectContaining({ id: message.chatId, phone: from }));
      const shown = valueOf(await witness.session.ask('showContact', { contactId: from }));
      expect(shown).toMatchObject({ id: message.chatId, phone: from });
    });

    it('typing is shown and taken back', async (test) => {
      play.people(test, 'typing');
      const { accountId, witness } = await connected();
      await play.harness.write(accountId, { from: newPhone(), text: 'hello' });
      const { chatId } = (await witness.saw('driver.received')).message;
      for (const state of ['typing', 'recording', 'paused'] as const)
        expect(await witness.session.ask('typing', { chatId, state })).toEqual({ ok: true, value: {} });
    });
  });
}
