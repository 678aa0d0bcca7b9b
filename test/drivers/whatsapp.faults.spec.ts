import { textContent } from '#libs/contracts/content';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { forceState, pageOf, type PageWindow } from './page-strings.js';
import { sendText } from './sending.js';
import { openWhatsappStage, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';
const stranger = '+491700000009';

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

/** Paired and closed; the next session of this account restores a login. */
async function resting(): Promise<string> {
  const { accountId, witness } = await stage.paired(alice);
  valueOf(await witness.session.ask('close', {}));
  await witness.ended();
  return accountId;
}

describe('a WhatsApp login that is restored', () => {
  it('gets ready although the page has synced before the library listened', async () => {
    const accountId = await resting();
    await stage.control.setFault({ name: 'has_synced', when: 'early' });
    const { witness } = stage.open(accountId);
    expect(await witness.saw('driver.ready')).toMatchObject({ phone: alice });
    expect(witness.steps()).toEqual(['driver.scanned', 'driver.ready']);
  });

  it('is ready once, although the page says twice that it has synced', async () => {
    const accountId = await resting();
    await stage.control.setFault({ name: 'has_synced', when: 'twice' });
    const { witness } = stage.open(accountId);
    await witness.saw('driver.ready');
    valueOf(await witness.session.ask('probe', {}));
    expect(witness.facts.filter(({ type }) => type === 'driver.ready')).toHaveLength(1);
  });

  it('is told as accepted, and not as ready, when the page never syncs', async () => {
    const accountId = await resting();
    await stage.control.setFault({ name: 'has_synced', when: 'never' });
    const { witness } = stage.open(accountId);
    await witness.saw('driver.scanned');
    expect(await witness.session.ask('probe', {})).toMatchObject({ ok: false, why: 'not_ready' });
  });

  it('shows a code when it has expired, and ends as expired when it was revoked', async () => {
    const accountId = await resting();
    await stage.control.setFault({ name: 'expired', number: alice });
    const expired = stage.open(accountId);
    await expired.witness.saw('driver.qr');
    await expired.witness.session.kill();
    await stage.clear();

    const another = await resting();
    await stage.control.logout({ number: alice });
    const revoked = stage.open(another);
    expect(await revoked.witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'session_expired' });
  });

  it('brings what came while it was away, once', async () => {
    const accountId = await resting();
    await stage.control.sendIn({ from: stranger, to: alice, text: 'while you were away' });
    const { witness } = stage.open(accountId);
    const { message } = await witness.saw('driver.received');
    expect(message).toMatchObject({ from: stranger, chatId: `${stranger.slice(1)}@c.us`, text: 'while you were away' });
    await stage.control.sendIn({ from: stranger, to: alice, text: 'and now' });
    expect((await witness.saw('driver.received')).message.text).toBe('and now');
    expect(witness.facts.filter(({ type }) => type === 'driver.received')).toHaveLength(2);
  });
});

describe('a WhatsApp account that is connected', () => {
  it('is degraded while its line is down; what is handed over then is sent once', async () => {
    const { witness } = await stage.paired(alice);
    const fault = await stage.control.setFault({ name: 'socket_down', number: alice });
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'network_unreachable' });
    const refused = await witness.session.ask('prepare', { messageId: 'm', to: stranger });
    expect(refused).toMatchObject({ ok: false, why: 'not_ready' });
    await stage.control.removeFault(fault.id);
    await witness.saw('driver.ready');
    await sendText(witness, stranger, 'm', 'back again');
    await witness.saw('driver.acknowledged');
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
  });

  it('does not send again what the page has already, under the same key', async () => {
    const { witness } = await stage.paired(alice);
    const providerMessageId = await sendText(witness, stranger, 'm', 'only once');
    await witness.saw('driver.acknowledged');
    valueOf(
      await witness.session.ask('send', {
        providerMessageId,
        to: stranger,
        content: textContent('only once'),
        quoted: null,
      }),
    );
    await sendText(witness, stranger, 'n', 'another');
    const texts = async (): Promise<unknown> =>
      (await stage.control.journal({ kind: 'message.accepted' })).map(({ text }) => text);
    await expect.poll(texts).toContain('another');
    expect(await texts()).toEqual(['only once', 'another']);
  });

  it('says that a number without WhatsApp, or no number at all, is no recipient', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setPhone(stranger, { registered: false });
    for (const to of [stranger, 'not a chat', 'status@broadcast'])
      expect(await witness.session.ask('prepare', { messageId: 'm', to })).toMatchObject({ why: 'bad_recipient' });
  });

  it('is degraded by a provider that does not answer, and says so again when only the cause changes', async () => {
    const { witness } = await stage.paired(alice);
    const timeout = await stage.control.setFault({ name: 'state', state: 'TIMEOUT', number: alice });
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'provider_timeout' });
    const opening = { name: 'state', state: 'OPENING', number: alice } as const;
    await stage.control.removeFault(timeout.id);
    await witness.saw('driver.ready');
    const away = await stage.control.setFault(opening);
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'network_unreachable' });
    await forceState(witness, 'TIMEOUT');
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'provider_timeout' });
    await forceState(witness, 'OPENING');
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'network_unreachable' });
    await stage.control.removeFault(away.id);
    await witness.saw('driver.ready');
  });

  it('has a message refused that its page will not write, and goes on', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'bad_chat', number: alice });
    const { providerMessageId } = valueOf(await witness.session.ask('prepare', { messageId: 'm', to: stranger }));
    const sent = await witness.session.ask('send', {
      providerMessageId,
      to: stranger,
      content: textContent('no'),
      quoted: null,
    });
    expect(sent).toMatchObject({ ok: false, why: 'rejected' });
    expect(await witness.session.ask('lookup', { providerMessageId, to: stranger })).toMatchObject({
      value: { level: null },
    });
    valueOf(await witness.session.ask('probe', {}));
  });

  it('learns from its page what was never told', async () => {
    const { witness } = await stage.paired(alice);
    // Changed without a word, as when a listener was lost.
    await pageOf(witness).evaluate(() => {
      const { Socket } = (globalThis as unknown as PageWindow).require('WAWebSocketModel');
      Socket.state = 'TIMEOUT';
    });
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'provider_timeout' });
  });
});

describe('a WhatsApp account that waits for its phone', () => {
  it('gets new codes when the page has run out of them', async () => {
    const { witness } = stage.open();
    expect(await witness.saw('driver.qr')).toMatchObject({ attempt: 1 });
    const [page] = await stage.control.pages();
    await stage.control.rotateQr(page!.id, { idle: true });
    expect(await witness.saw('driver.qr')).toMatchObject({ attempt: 2 });
  });
});
