import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { bob, me, SendingStage, text } from './sending-stage.js';
import { WAIT_MS } from './whatsapp-stage.js';

let alice: SendingStage;
beforeAll(async () => {
  alice = await SendingStage.open();
});
afterEach(() => alice.control.clearFaults());
afterAll(() => alice.end());

describe('a message without a file', () => {
  it('is a text that mentions people', async () => {
    const content = await alice.arrived(await alice.send(text('hi @491700000002', [bob, 'nobody'])));
    expect(content).toMatchObject({ type: 'chat', text: 'hi @491700000002', mentions: ['491700000002@c.us'] });
  });

  it('is a text with a look at its link, where one is wanted and can be had', async () => {
    const words = 'see https://example.org/page';
    expect(await alice.arrived(await alice.send(text(words, [], true)))).toMatchObject({
      link: { url: 'https://example.org/page' },
    });
    expect(await alice.arrived(await alice.send(text(words)))).not.toHaveProperty('link');
    await alice.control.setFault({ name: 'preview_fails', how: 'silent', number: me });
    const without = await alice.arrived(await alice.send(text(words, [], true)));
    expect(without).toMatchObject({ text: words });
    expect(without).not.toHaveProperty('link');
  });

  it('is a place with its name', async () => {
    const place = { latitude: 50.45, longitude: 30.52, name: 'Office', address: 'Main 1' };
    expect(await alice.arrived(await alice.send({ kind: 'location', ...place }))).toMatchObject({
      type: 'location',
      location: { latitude: 50.45, longitude: 30.52, place: 'Office\nMain 1' },
    });
  });

  it('is one card or several, of people who are in no address book', async () => {
    const ann = { name: 'Ann; Lee', phones: [bob] };
    const one = await alice.arrived(await alice.send({ kind: 'contact', contacts: [ann] }));
    expect(one).toMatchObject({ type: 'vcard', cards: [{ name: 'Ann; Lee' }] });
    const two = await alice.arrived(
      await alice.send({ kind: 'contact', contacts: [ann, { name: 'Bo', phones: ['112'] }] }),
    );
    expect(two).toMatchObject({ type: 'multi_vcard', cards: [{ name: 'Ann; Lee' }, { name: 'Bo' }] });
  });

  it.each([true, false])('is a poll, of several answers: %s', async (multiple) => {
    const poll = { question: 'When?', options: ['now', 'later'], multiple };
    expect(await alice.arrived(await alice.send({ kind: 'poll', ...poll }))).toMatchObject({
      type: 'poll_creation',
      poll,
    });
  });

  it('answers one of theirs and one of ours', async () => {
    await alice.control.sendIn({ from: bob, to: me, text: 'a question' });
    const { message } = await alice.witness.saw('driver.received');
    const ours = await alice.send(text('an answer'), message.providerMessageId);
    expect(await alice.arrived(ours)).toMatchObject({ quoted: { from: '491700000002@c.us', text: 'a question' } });
    expect(await alice.arrived(await alice.send(text('more'), ours.key))).toMatchObject({
      quoted: { text: 'an answer' },
    });
  });

  it('that answers a message which nobody knows, or which is deleted, is rejected and unsent', async () => {
    const unknown = await alice.send(text('an answer'), 'false_491700000002@c.us_3EB0FFFF');
    const deleted = await alice.send(text('to be deleted'));
    await alice.arrived(deleted);
    valueOf(await alice.witness.session.ask('act', { to: bob, action: { kind: 'revoke', target: deleted.key } }));
    for (const { key, answer } of [unknown, await alice.send(text('an answer'), deleted.key)]) {
      expect(answer).toMatchObject({ ok: false, why: 'rejected' });
      expect(await alice.arrivals(key)).toEqual([]);
    }
  });

  it('goes to a group, and its acknowledgements are told under its key', async () => {
    const { id } = await alice.control.createGroup({ by: bob, subject: 'Team', members: [me, '+491700000004'] });
    await alice.witness.saw('driver.group');
    const sent = await alice.send(text('all of you'), null, id);
    expect(await alice.arrived(sent)).toMatchObject({ text: 'all of you' });
    const isOurs = (fact: Witness['facts'][number]): boolean =>
      fact.type === 'driver.acknowledged' && fact.providerMessageId === sent.key && fact.level === 'delivered';
    await expect.poll(() => alice.witness.facts.some(isOurs), { timeout: WAIT_MS }).toBe(true);
  });
});

describe('a chat that there is not', () => {
  it.each(['+491700000088', '120363000000000009@g.us'])('is a bad recipient: %s', async (to) => {
    await alice.control.setPhone('491700000088', { registered: false });
    const answer = await alice.witness.session.ask('prepare', { messageId: randomUUID(), to });
    expect(answer).toMatchObject({ ok: false, why: 'bad_recipient' });
  });
});

describe('what WhatsApp does not allow any more', () => {
  it('is rejected with the reason: a change after its time, and of a message that is not ours', async () => {
    await alice.control.sendIn({ from: bob, to: me, text: 'theirs' });
    const { message } = await alice.witness.saw('driver.received');
    for (const kind of ['edit', 'revoke'] as const) {
      const action = { kind, target: message.providerMessageId, text: 'mine' };
      const answer = await alice.witness.session.ask('act', { to: bob, action });
      expect(answer).toMatchObject({
        ok: false,
        why: 'rejected',
        detail: expect.stringContaining('not ours') as string,
      });
    }
  });
});
