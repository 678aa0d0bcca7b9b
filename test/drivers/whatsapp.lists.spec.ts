import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriverFact } from '#libs/contracts/session';
import { valueOf } from '#libs/drivers/witness.contract';
import { bob, carol, chatOf, InboxStage, me } from './inbox-stage.js';
import { WAIT_MS } from './whatsapp-stage.js';

let inbox: InboxStage;
beforeAll(async () => {
  inbox = await InboxStage.open();
});
afterAll(() => inbox.stage.end());

beforeAll(async () => {
  const earlier = { to: me, ageS: 100 };
  for (let count = 0; count < 60; count += 1)
    await inbox.control.sendIn({ ...earlier, from: bob, text: `bob ${count}` });
  await inbox.control.createGroup({ by: bob, subject: 'Crew', members: [me] });
  await inbox.control.sendIn({ ...earlier, from: '+491700000004', text: 'hello' });
});

describe('lists', () => {
  it('show chats the newest first, groups apart, with names, marks and unread messages', async () => {
    const { control } = inbox;
    await control.saveContact(me, carol, 'Carol C.');
    await control.markChat(me, carol, { archived: true, pinned: true, mutedUntil: -1 });
    await inbox.heard({ text: 'the newest' }, carol);
    const { items, total } = valueOf(
      await inbox.witness.session.ask('listChats', { kind: 'person', offset: 0, limit: 1 }),
    );
    expect(items).toEqual([
      expect.objectContaining({ id: chatOf(carol), kind: 'person', name: 'Carol C.', phone: carol, archived: true }),
    ]);
    expect(items[0]).toMatchObject({ muted: true, pinned: true });
    expect(items[0]!.unread).toBeGreaterThan(0);
    expect(total).toBe(3);
    const groups = valueOf(await inbox.witness.session.ask('listChats', { kind: 'group', offset: 0, limit: 50 }));
    expect(groups.items.every(({ kind, phone }) => kind === 'group' && phone === null)).toBe(true);
    expect(groups.items.map(({ name }) => name)).toContain('Crew');
  });

  it('show the last lines of a chat, ours and theirs', async () => {
    const { items } = valueOf(await inbox.witness.session.ask('listHistory', { chatId: bob, limit: 60 }));
    expect(items).toHaveLength(60);
    expect(items.map(({ sentAt }) => sentAt)).toEqual(items.map(({ sentAt }) => sentAt).toSorted());
    expect(items.every(({ from, fromMe }) => from === (fromMe ? me : bob))).toBe(true);
  });

  it('show contacts by their names, and one by its phone', async () => {
    const { items, total } = valueOf(await inbox.witness.session.ask('listContacts', { offset: 0, limit: 1 }));
    expect(items).toMatchObject([{ id: chatOf(carol), phone: carol, name: 'Carol C.', saved: true, blocked: false }]);
    expect(total).toBeGreaterThan(1);
    await inbox.control.setPhone('491700000077', { registered: false });
    expect(await inbox.witness.session.ask('showContact', { contactId: '+491700000077' })).toMatchObject({
      why: 'bad_recipient',
    });
  });

  it('show a group with roles', async () => {
    const members = [me, carol];
    const { id } = await inbox.control.createGroup({ by: bob, subject: 'Board', members, description: 'Us' });
    const isIt = (fact: DriverFact): boolean => fact.type === 'driver.group' && fact.change.chatId === id;
    await expect.poll(() => inbox.witness.facts.some(isIt), { timeout: WAIT_MS }).toBe(true);
    const group = valueOf(await inbox.witness.session.ask('showGroup', { chatId: id }));
    expect(group).toMatchObject({ name: 'Board', description: 'Us', owner: bob, memberCount: 3 });
    expect(new Map(group.members.map(({ phone, role }) => [phone, role]))).toEqual(
      new Map([
        [bob, 'owner'],
        [me, 'member'],
        [carol, 'member'],
      ]),
    );
  });
});
