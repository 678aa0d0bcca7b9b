import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CATCH_UP_MESSAGES_MAX } from '#libs/contracts/limits/messages';
import type { SessionOrders } from '#libs/contracts/session';
import { valueOf } from '#libs/drivers/witness.contract';
import { bob, carol, chatOf, InboxStage, isFrom, me } from './inbox-stage.js';
import { WAIT_MS } from './whatsapp-stage.js';

type CatchUp = SessionOrders['catchUp']['ask'];
let inbox: InboxStage;
beforeAll(async () => {
  inbox = await InboxStage.open();
});
afterEach(() => inbox.control.clearFaults());
afterAll(() => inbox.stage.end());

describe('what came while the account was away', () => {
  it('is told by a catch-up from where each chat stood, page by page, with what was done to it', async () => {
    const before = await inbox.heard({ text: 'known' });
    await inbox.heard({ text: 'known' }, carol);
    await inbox.leave();
    const { control } = inbox;
    const many = CATCH_UP_MESSAGES_MAX + 20;
    for (let count = 0; count < many; count += 1) await control.sendIn({ from: bob, to: me, text: `bob ${count}` });
    const { id: edited } = await control.sendIn({ from: carol, to: me, text: 'misspelt' });
    await control.edit(edited, { text: 'spelt' });
    const { id: gone } = await control.sendIn({ from: carol, to: me, text: 'regretted' });
    await control.revoke(gone);
    await control.react(before.providerMessageId, { by: bob, emoji: '🙏' });
    await inbox.comeBack();
    // The provider's clock has seconds only: what came in the last second known is told again.
    let from: CatchUp = { chats: [], otherwiseAfterMs: before.sentAt - 1_000 };
    for (let rounds = 0; rounds < 5 && from.otherwiseAfterMs !== 0; rounds += 1) {
      const { more } = valueOf(await inbox.witness.session.ask('catchUp', from));
      from = { chats: more, otherwiseAfterMs: more.length > 0 ? null : 0 };
    }
    const texts = () =>
      new Set(inbox.witness.facts.flatMap((fact) => (fact.type === 'driver.received' ? [fact.message.text] : [])));
    const fromBob = () => [...texts()].filter((words) => words?.startsWith('bob ')).length;
    const types = () => inbox.witness.facts.map(({ type }) => type);
    // Some of it the page is still being told; that comes as news.
    const soon = { timeout: WAIT_MS };
    await expect.poll(fromBob, soon).toBe(many);
    await expect.poll(() => [...texts()], soon).toEqual(expect.arrayContaining(['known', 'spelt']));
    await expect.poll(types, soon).toEqual(expect.arrayContaining(['driver.edited', 'driver.revoked']));
    const { providerMessageId } = before;
    await expect
      .poll(() => inbox.witness.facts, soon)
      .toContainEqual(
        expect.objectContaining({ type: 'driver.reacted', providerMessageId, from: bob, emoji: '🙏' }) as object,
      );
    expect([...texts()]).not.toContain('regretted');
  });

  it('is told of all other chats when one can not be loaded', async () => {
    const [fay, gus] = ['+491700000007', '+491700000008'];
    const from = { chats: [], otherwiseAfterMs: Date.now() - 60_000 };
    await inbox.leave();
    for (const [phone, text] of [
      [gus, 'to be told'],
      [fay, 'one'],
      [fay, 'two'],
    ] as const)
      await inbox.control.sendIn({ from: phone, to: me, text });
    await inbox.control.setFault({ name: 'history_silent', number: me, chat: fay.slice(1) });
    await inbox.comeBack();
    const before = inbox.witness.facts.length;
    const { more } = valueOf(await inbox.witness.session.ask('catchUp', from));
    expect(more.map(({ chatId }) => chatId)).not.toContain(chatOf(fay));
    expect(inbox.witness.facts.slice(before).some(isFrom(gus))).toBe(true);
  });

  it('is told of the chats that are named alone, from their own moments, and goes on where a page ended', async () => {
    const [dan, eve] = ['+491700000005', '+491700000006'];
    for (const [minutes, words] of [
      [60, 'old'],
      [50, 'older than the other'],
      [1, 'new'],
    ] as const)
      for (const from of [dan, eve]) await inbox.control.sendIn({ from, to: me, text: words, ageS: minutes * 60 });
    await expect.poll(() => inbox.witness.facts.filter(isFrom(eve)).length, { timeout: WAIT_MS }).toBe(3);
    const known = inbox.witness.facts.length;
    const chats = [{ chatId: chatOf(eve), afterMs: Date.now() - 55 * 60_000 }];
    expect(valueOf(await inbox.witness.session.ask('catchUp', { chats, otherwiseAfterMs: null }))).toEqual({
      told: 2,
      more: [],
    });
    const again = inbox.witness.facts
      .slice(known)
      .flatMap((fact) => (fact.type === 'driver.received' ? [fact.message] : []));
    expect(again.map(({ from, text }) => ({ from, text }))).toEqual([
      { from: eve, text: 'older than the other' },
      { from: eve, text: 'new' },
    ]);
    const none = await inbox.witness.session.ask('catchUp', { chats: [], otherwiseAfterMs: null });
    expect(none).toEqual({ ok: true, value: { told: 0, more: [] } });
  });

  it('can be looked up when it is how far a message of ours has come', async () => {
    const ask = { messageId: randomUUID(), to: bob };
    const { providerMessageId } = valueOf(await inbox.witness.session.ask('prepare', ask));
    const content = { kind: 'text', text: 'ours', mentions: [], linkPreview: false } as const;
    valueOf(await inbox.witness.session.ask('send', { providerMessageId, to: bob, content, quoted: null }));
    await inbox.witness.saw('driver.acknowledged');
    await inbox.leave();
    await inbox.control.moveAck(providerMessageId, 3);
    await inbox.comeBack();
    const level = async () => valueOf(await inbox.witness.session.ask('lookup', { providerMessageId, to: bob })).level;
    await expect.poll(level, { timeout: WAIT_MS }).toBe('read');
  });
});
