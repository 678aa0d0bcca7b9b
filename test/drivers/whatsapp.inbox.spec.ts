import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { bob, carol, InboxStage, me } from './inbox-stage.js';
import { WAIT_MS } from './whatsapp-stage.js';

let inbox: InboxStage;
beforeAll(async () => {
  inbox = await InboxStage.open();
});
afterAll(() => inbox.stage.end());

describe('what comes in', () => {
  const file = Buffer.from('some bytes').toString('base64');

  it.each([
    ['image', 'image/jpeg', 'image'],
    ['video', 'video/mp4', 'video'],
    ['audio', 'audio/mpeg', 'audio'],
    ['ptt', 'audio/ogg; codecs=opus', 'voice'],
    ['sticker', 'image/webp', 'sticker'],
    ['document', 'application/pdf', 'document'],
  ] as const)('is a file: %s', async (type, mimetype, kind) => {
    const media = { type, mimetype, base64: file, seconds: 3, ...(type === 'document' ? { filename: 'a.pdf' } : {}) };
    const captioned = type === 'image' || type === 'video' || type === 'document';
    expect(await inbox.heard({ media, text: captioned ? 'look' : '' })).toMatchObject({
      kind,
      text: captioned ? 'look' : null,
      media: { mimeType: mimetype, bytes: 10, seconds: 3, filename: type === 'document' ? 'a.pdf' : null },
    });
  });

  it('is a place, cards, a poll', async () => {
    const location = { latitude: 50.45, longitude: 30.52, name: 'Office', address: 'Main 1' };
    expect(await inbox.heard({ location })).toMatchObject({ kind: 'location', location });
    const contacts = [{ name: 'Ann', phones: ['491700000009'] }];
    const told = { kind: 'contact', text: null, contacts: [{ name: 'Ann', phones: ['+491700000009'] }] };
    expect(await inbox.heard({ contacts })).toMatchObject(told);
    expect((await inbox.heard({ contacts: [...contacts, ...contacts] })).contacts).toHaveLength(2);
    const poll = { question: 'When?', options: ['now', 'later'], multiple: true };
    expect(await inbox.heard({ poll })).toMatchObject({ kind: 'poll', text: 'When?', poll });
  });

  it('mentions people, and names what it answers, also in a group', async () => {
    expect(await inbox.heard({ text: 'hi @491700000003', mentions: [carol] })).toMatchObject({ mentions: [carol] });
    const { id } = await inbox.control.createGroup({ by: bob, subject: 'Team', members: [me, carol] });
    const first = await inbox.told((await inbox.control.sendIn({ from: bob, to: id, text: 'first' })).id);
    expect(first).toMatchObject({ chatId: id, from: bob });
    const quoted = first.providerMessageId;
    const second = await inbox.control.sendIn({ from: carol, to: id, text: 'second', quoted });
    expect(await inbox.told(second.id)).toMatchObject({ from: carol, quoted });
  });

  it('is kept when there is no kind for it, and is nothing when it is a notice', async () => {
    await inbox.control.sendIn({ from: bob, to: me, other: 'e2e_notification' });
    expect(await inbox.heard({ other: 'payment' })).toMatchObject({ kind: 'other', text: null, media: null });
  });

  it('tells what happens in a group, once each, with who did it to whom', async () => {
    const { control } = inbox;
    const { id } = await control.createGroup({ by: bob, subject: 'Team', members: [me] });
    const people = [carol];
    await control.changeGroup(id, { change: 'add', by: bob, people });
    await control.changeGroup(id, { change: 'promote', by: bob, people });
    await control.changeGroup(id, { change: 'demote', by: bob, people });
    await control.changeGroup(id, { change: 'subject', by: bob, text: 'Crew' });
    await control.changeGroup(id, { change: 'description', by: bob, text: 'For work' });
    await control.changeGroup(id, { change: 'remove', by: bob, people });
    await control.changeGroup(id, { change: 'leave', by: bob });
    const changes = () =>
      inbox.witness.facts.flatMap((fact) =>
        fact.type === 'driver.group' && fact.change.chatId === id ? [fact.change] : [],
      );
    await expect.poll(() => changes().length, { timeout: WAIT_MS }).toBe(8);
    const all = changes();
    expect(all.map(({ change }) => change)).toEqual([
      ...['other', 'added', 'promoted', 'demoted', 'renamed', 'described', 'removed', 'left'],
    ]);
    expect(all[1]).toMatchObject({ by: bob, people: [carol], text: null });
    expect(all.slice(4, 6).map(({ text }) => text)).toEqual(['Crew', 'For work']);
    expect(new Set(all.map(({ providerMessageId }) => providerMessageId)).size).toBe(8);
  });

  it('tells what others do to our own message under the id by which it was sent', async () => {
    const ask = { messageId: randomUUID(), to: bob };
    const { providerMessageId } = valueOf(await inbox.witness.session.ask('prepare', ask));
    const content = { kind: 'text', text: 'ours', mentions: [], linkPreview: false } as const;
    valueOf(await inbox.witness.session.ask('send', { providerMessageId, to: bob, content, quoted: null }));
    await inbox.witness.saw('driver.acknowledged');
    await inbox.control.react(providerMessageId, { by: bob, emoji: '❤️' });
    expect(await inbox.witness.saw('driver.reacted')).toMatchObject({ providerMessageId, from: bob, emoji: '❤️' });
    const answer = await inbox.heard({ text: 'an answer', quoted: providerMessageId });
    expect(answer.quoted).toBe(providerMessageId);
  });

  it('tells a changed caption, and no change when only the small copy of a file comes later', async () => {
    const media = { type: 'image', mimetype: 'image/jpeg', base64: file } as const;
    const { providerMessageId } = await inbox.heard({ media, text: 'befor' });
    await inbox.control.edit(providerMessageId, { text: 'before' });
    expect(await inbox.witness.saw('driver.edited')).toMatchObject({ providerMessageId, text: 'before' });
  });
});
