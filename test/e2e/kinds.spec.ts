import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventStream } from '#libs/client/event-stream';
import type { MusterClient } from '#libs/client/client';
import { readEvent } from '#libs/contracts/event-data';
import type { LoggedEventName } from '#libs/contracts/event-log';
import type { MessageView, SendMessage } from '#libs/contracts/message';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, messageOf, type Person, untilFrame } from '#test/support/simulated-pair';

describe('messages of every kind, from one account to another', () => {
  let runtime: TestRuntime;
  let client: MusterClient;
  let alice: Person;
  let bob: Person;
  let atBob: EventStream;
  beforeAll(async () => {
    runtime = await startRuntime();
    ({ client } = runtime);
    ({ alice, bob } = await connectPair(client));
    atBob = client.stream({ topics: ['messages'], accounts: [bob.id] });
    await atBob.untilLive();
  });
  afterAll(async () => {
    atBob?.close();
    await runtime[Symbol.asyncDispose]();
  });

  const told = async (name: LoggedEventName, fits: (message: MessageView) => boolean): Promise<MessageView> =>
    messageOf(await untilFrame(atBob, (frame) => frame.event === name && fits(messageOf(frame))));
  /** Sends it, waits until the provider has it, and answers it as it is on both sides. */
  const exchange = async (message: SendMessage) => {
    const { id } = await client.messages.send(alice.id, message);
    const sent = await client.messages.untilStatus(id, ['sent', 'delivered', 'read']);
    const got = await told('message.received', (one) => one.providerMessageId === sent.providerMessageId);
    return { sent, got };
  };
  const file = (mimeType: string) => ({ base64: btoa('0123456789'), mimeType, filename: 'digits' });

  it('text, answered', async () => {
    const first = await exchange({ to: bob.phone, text: 'hello' });
    expect(first.got).toMatchObject({ direction: 'in', kind: 'text', text: 'hello', from: alice.phone, replyTo: null });
    const answer = await client.messages.send(bob.id, { to: alice.phone, text: 'well?', replyTo: first.got.id });
    await client.messages.untilStatus(answer.id, ['sent', 'delivered']);
    await expect
      .poll(async () => (await client.messages.list(alice.id, { direction: 'in' })).items[0])
      .toMatchObject({ text: 'well?', replyTo: first.sent.id });
  });

  it.each([
    ['image', 'image/png'],
    ['video', 'video/mp4'],
    ['document', 'application/pdf'],
  ] as const)('%s with a caption', async (kind, mimeType) => {
    const { got } = await exchange({ kind, to: bob.phone, media: file(mimeType), text: 'look' });
    expect(got).toMatchObject({ kind, text: 'look', media: { mimeType } });
    const stored = await untilStored(client, got);
    expect(new TextDecoder().decode(await client.media.download(stored.media!.id!))).toBe('0123456789');
  });

  it.each([
    ['audio', 'audio/mpeg'],
    ['voice', 'audio/ogg; codecs=opus'],
    ['sticker', 'image/webp'],
  ] as const)('%s', async (kind, mimeType) => {
    const { sent, got } = await exchange({ kind, to: bob.phone, media: file(mimeType) });
    expect([sent.kind, got.kind]).toEqual([kind, kind]);
    expect((await untilStored(client, got)).media).toMatchObject({ state: 'stored', bytes: 10 });
  });

  it('location, contacts, poll', async () => {
    const location = { latitude: 50.45, longitude: 30.52, name: 'Kyiv', address: 'Khreshchatyk 1' };
    expect((await exchange({ kind: 'location', to: bob.phone, location })).got.location).toMatchObject(location);
    const contacts = [{ name: 'Carol', phones: ['+380441110003'] }];
    expect((await exchange({ kind: 'contact', to: bob.phone, contacts })).got.contacts).toEqual(contacts);
    const poll = { question: 'Tea?', options: ['yes', 'no'], multiple: true };
    expect((await exchange({ kind: 'poll', to: bob.phone, poll })).got.poll).toEqual(poll);
  });

  it('reaction, edit and deletion show on the message they are about, on both sides', async () => {
    const { messages } = client;
    const { sent, got } = await exchange({ to: bob.phone, text: 'first draft' });
    const about = (message: MessageView): boolean => message.id === got.id;

    const react = await messages.react(sent, '👍');
    const reactions = [{ from: expect.stringContaining('380441110001') as string, emoji: '👍' }];
    expect(await told('message.reacted', about)).toMatchObject({ reactions });
    await messages.untilStatus(react.id, 'sent'); // from then on it stands on our side, too
    expect(await messages.get(sent.id)).toMatchObject({ reactions });
    await messages.edit(sent, 'final');
    expect(await told('message.edited', about)).toMatchObject({
      text: 'final',
      editedAt: expect.any(String) as string,
    });
    const revoke = await messages.revoke(sent);
    expect(await told('message.revoked', about)).toMatchObject({ revokedAt: expect.any(String) as string });
    await messages.untilStatus(revoke.id, 'sent');
    const own = await messages.get(sent.id);
    expect(own).toMatchObject({
      text: null,
      editedAt: expect.any(String) as string,
      revokedAt: expect.any(String) as string,
    });
  });

  it('a deed to a message waits until that one is sent, in whatever order they are asked for', async () => {
    const { messages } = client;
    const first = await messages.send(alice.id, { to: bob.phone, text: 'one' });
    const edit = await messages.edit(first, 'two');
    await messages.untilStatus(edit.id, 'sent');
    await expect
      .poll(async () => (await messages.list(bob.id, { direction: 'in', kind: 'text' })).items[0])
      .toMatchObject({ text: 'two' });
  });

  it('what is about nothing, or about somebody else’s message, is refused', async () => {
    const { messages } = client;
    const { got } = await exchange({ to: bob.phone, text: 'mine' });
    await expect(messages.react({ accountId: alice.id, id: got.id }, '👍')).rejects.toMatchObject({
      problem: { code: 'target_not_found' },
    });
    await expect(
      messages.send(alice.id, { to: bob.phone, kind: 'image', media: { id: got.id } }),
    ).rejects.toMatchObject({ problem: { code: 'media_not_found' } });
  });

  it('is told in the log as the contract says, whatever happened', async () => {
    const names = new Set<string>();
    for await (const event of client.events.all()) {
      expect(readEvent(event)).toEqual(event);
      names.add(event.event);
    }
    expect([...names]).toEqual(expect.arrayContaining(['account.created', 'account.changed', 'message.media']));
  });

  it('says what it can do', async () => {
    const { can, cannot, provider } = await client.accounts.capabilities(alice.id);
    expect(provider).toBe('simulated');
    expect(can).toEqual(expect.arrayContaining(['send-text', 'send-poll', 'send-revoke', 'receive-media', 'catch-up']));
    expect(can.filter((word) => cannot.includes(word))).toEqual([]);
  });
});

async function untilStored({ messages }: MusterClient, { id }: MessageView): Promise<MessageView> {
  await expect.poll(async () => (await messages.get(id)).media?.state).toBe('stored');
  return messages.get(id);
}
