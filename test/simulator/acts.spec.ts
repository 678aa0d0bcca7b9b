import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import wwebjs, { type Message, type PollVote, type Reaction } from 'whatsapp-web.js';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const bob = '491700000002';
const chat = `${bob}@c.us`;
const HOUR_S = 3_600;

let stage: Stage;
let one: LibraryClient;

beforeAll(async () => {
  stage = await openStage();
  one = await stage.paired('acts', alice);
});
beforeEach(() => stage.control.clearFaults());
afterAll(async () => {
  const [page] = await stage.control.pages();
  expect(page!.gaps).toEqual([]);
  await stage.end();
});

const lastOf = async (
  kind: 'message.reacted' | 'message.edited' | 'message.revoked' | 'message.voted' | 'act.refused',
) => (await stage.control.journal({ kind })).at(-1);
const sent = (text: string): Promise<Message> => one.sendMessage(chat, text, { waitUntilMsgSent: true });
const heard = async (text: string): Promise<Message> => {
  const came = saw<[Message]>(one, 'message');
  await stage.control.sendIn({ from: bob, to: alice, text });
  return (await came)[0];
};
/** Something that the owner's phone sent long ago. */
const sentLongAgo = async (text: string, ageS: number): Promise<Message> => {
  const created = saw<[Message]>(one, 'message_create', ({ body }) => body === text);
  await stage.control.sendIn({ from: alice, to: bob, text, ageS });
  return (await created)[0];
};
/** The library's typings call it a string. */
const voterOf = ({ voter }: PollVote): string => (voter as unknown as { _serialized: string })._serialized;
/** As the page has the message now; a deleted one is found by the id that it had. */
const now = (message: Message): Promise<Message> => one.getMessageById(message.id._serialized);

describe('deeds to messages', () => {
  it('a reaction: put, changed and taken back, by us and by the other side', async () => {
    const message = await heard('funny');
    const own = saw<[Reaction]>(one, 'message_reaction', ({ senderId }) => senderId === `${alice}@c.us`);
    await message.react('😀');
    expect((await own)[0]).toMatchObject({ reaction: '😀', msgId: { _serialized: message.id._serialized } });
    expect(await lastOf('message.reacted')).toMatchObject({ number: alice, messageId: message.id.id, text: '😀' });
    const theirs = saw<[Reaction]>(one, 'message_reaction', ({ senderId }) => senderId === chat);
    await stage.control.react(message.id._serialized, { by: bob, emoji: '🙃' });
    expect((await theirs)[0].reaction).toBe('🙃');
    const reactions = await (await now(message)).getReactions();
    expect(reactions.map(({ aggregateEmoji }) => aggregateEmoji).sort()).toEqual(['😀', '🙃'].sort());
    await message.react('');
    await stage.control.react(message.id._serialized, { by: bob, emoji: '' });
    await expect.poll(async () => (await now(message)).hasReaction).toBe(false);
  });

  it('an edit by us reaches the server, within 15 minutes only', async () => {
    const message = await sent('frist');
    expect((await message.edit('first'))!.body).toBe('first');
    expect(await lastOf('message.edited')).toMatchObject({ number: alice, messageId: message.id.id, text: 'first' });
    expect((await now(message)).latestEditSenderTimestampMs).toBeGreaterThan(0);
    const old = await sentLongAgo('too late to change', HOUR_S);
    expect(await old.edit('never')).toBeNull();
    expect((await lastOf('message.edited'))!.messageId).toBe(message.id.id);
  });

  it('an edit by the other side is told with both texts', async () => {
    const message = await heard('helo');
    const edited = saw<[Message, string, string]>(one, 'message_edit');
    await stage.control.edit(message.id._serialized, { text: 'hello' });
    expect((await edited).slice(1)).toEqual(['hello', 'helo']);
    await expect(stage.control.edit(message.id._serialized, { by: alice, text: 'mine' })).rejects.toMatchObject({
      code: 'not_the_writer',
    });
  });

  it('deleted for everyone by us, within two days and a half only', async () => {
    const message = await sent('oops');
    await message.delete(true);
    expect(await lastOf('message.revoked')).toMatchObject({ number: alice, messageId: message.id.id });
    expect(await now(message)).toMatchObject({ type: 'revoked', body: '' });
    const old = await sentLongAgo('too late to delete', 61 * HOUR_S);
    await old.delete(true); // the library deletes it here alone, then
    expect((await lastOf('message.revoked'))!.messageId).toBe(message.id.id);
  });

  it('deleted for everyone by the other side: it has another id then, and names the one it had', async () => {
    const message = await heard('a secret');
    const revoked = saw<[Message]>(one, 'message_revoke_everyone');
    await stage.control.revoke(message.id._serialized);
    const [after] = await revoked;
    expect(after).toMatchObject({ type: 'revoked', protocolMessageKey: { _serialized: message.id._serialized } });
    expect(after.id._serialized).not.toBe(message.id._serialized);
    const history = await (await one.getChatById(chat)).fetchMessages({ limit: 100 });
    expect(history.filter(({ body }) => body === 'a secret')).toEqual([]);
    await expect(stage.control.react(message.id._serialized, { emoji: 'x' })).rejects.toMatchObject({
      code: 'revoked',
    });
  });

  it('a refusal fails the call and changes nothing; an answer that never comes leaves it open', async () => {
    const message = await sent('steady');
    await stage.control.setFault({ name: 'refuse_sends' });
    await expect(message.edit('changed')).rejects.toThrow('refused');
    await expect(message.react('😀')).rejects.toThrow('refused');
    await expect(message.delete(true)).rejects.toThrow('refused');
    expect(await lastOf('act.refused')).toMatchObject({ number: alice, messageId: message.id.id });
    expect(await now(message)).toMatchObject({ type: 'chat', body: 'steady', hasReaction: false });
    await stage.control.clearFaults();
    await stage.control.setFault({ name: 'unanswered_sends', times: 1 });
    void message.edit('changed in silence').catch(() => {});
    await expect.poll(async () => (await lastOf('message.edited'))!.text).toBe('changed in silence');
    expect((await now(message)).body).toBe('steady');
  });

  it('a vote, ours and theirs', async () => {
    const poll = await one.sendMessage(chat, new wwebjs.Poll('Where?', ['here', 'there'], {} as never), {
      waitUntilMsgSent: true,
    });
    const own = saw<[PollVote]>(one, 'vote_update', (vote) => voterOf(vote) === `${alice}@c.us`);
    await poll.vote(['here']);
    expect((await own)[0].selectedOptions).toMatchObject([{ name: 'here' }]);
    const theirs = saw<[PollVote]>(one, 'vote_update', (vote) => voterOf(vote) === chat);
    await stage.control.vote(poll.id._serialized, { options: ['there'] });
    expect((await theirs)[0].selectedOptions).toMatchObject([{ name: 'there' }]);
    expect(await lastOf('message.voted')).toMatchObject({ number: bob, messageId: poll.id.id, detail: '["there"]' });
  });

  it('what was done while the page was closed is found in the chat', async () => {
    const [edited, revoked] = [await heard('before'), await heard('still here')];
    await stage.close(one);
    await stage.control.edit(edited.id._serialized, { text: 'after' });
    await stage.control.revoke(revoked.id._serialized);
    await stage.control.react(edited.id._serialized, { by: bob, emoji: '👍' });
    one = await stage.restored('acts');
    await expect.poll(() => now(edited)).toMatchObject({ body: 'after', hasReaction: true });
    await expect.poll(() => now(revoked)).toMatchObject({ type: 'revoked' });
  });

  it('what is done to a message right after it was sent comes after it', async () => {
    const texts: string[] = [];
    one.on('message', ({ body }) => texts.push(body));
    const edited = saw<[Message, string, string]>(one, 'message_edit');
    const { id } = await stage.control.sendIn({ from: bob, to: alice, text: 'quick' });
    await stage.control.edit(id, { text: 'quicker' });
    expect((await edited).slice(1)).toEqual(['quicker', 'quick']);
    expect(texts).toContain('quick');
  });
});
