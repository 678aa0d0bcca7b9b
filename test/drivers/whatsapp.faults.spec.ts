import { textContent } from '#libs/contracts/content';
import { cpSync } from 'node:fs';
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLastFact } from '#libs/contracts/session';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import type { WhatsappSession } from '#libs/drivers/whatsapp/whatsapp.session';
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

/** The puppet strings, past all that guards them. */
function pageOf({ session }: Witness): Page {
  const guarded = session as unknown as { current?: { session: WhatsappSession } };
  return (guarded.current?.session ?? (session as WhatsappSession)).client!.pupPage!;
}

interface PageWindow {
  WWebJS?: unknown;
  require(name: 'WAWebSocketModel'): { Socket: { state: string; set(patch: { state: string }): void } };
}

/** The page itself changes its state, whatever the servers say. */
async function forceState(witness: Witness, state: string): Promise<void> {
  await pageOf(witness).evaluate(
    (to) => void (globalThis as unknown as PageWindow).require('WAWebSocketModel').Socket.set({ state: to }),
    state,
  );
}

async function send(witness: Witness, messageId: string, text: string): Promise<string> {
  const { providerMessageId } = valueOf(await witness.session.ask('prepare', { messageId, to: stranger }));
  valueOf(
    await witness.session.ask('send', { providerMessageId, to: stranger, content: textContent(text), quoted: null }),
  );
  return providerMessageId;
}

describe('a WhatsApp login that is restored', () => {
  it('gets ready although the page has synced before the library listened', async () => {
    const accountId = await resting();
    await stage.control.setFault({ name: 'has_synced', when: 'early' });
    const { witness } = stage.open(accountId);
    expect(await witness.saw('driver.ready')).toMatchObject({ phone: alice });
    expect(witness.facts.map(({ type }) => type)).toEqual(['driver.scanned', 'driver.ready']);
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
    await send(witness, 'm', 'back again');
    await witness.saw('driver.acknowledged');
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
  });

  it('is degraded while its page loads itself again, then tells each message once', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).reload();
    await witness.saw('driver.degraded');
    await witness.saw('driver.ready');
    await stage.control.sendIn({ from: stranger, to: alice, text: 'once' });
    await witness.saw('driver.received');
    await send(witness, 'm', 'once too');
    await witness.saw('driver.acknowledged');
    valueOf(await witness.session.ask('probe', {}));
    expect(witness.facts.filter(({ type }) => type === 'driver.received')).toHaveLength(1);
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
  });

  it('gets over a page that loads itself again, and again before it has done so', async () => {
    const { witness } = await stage.paired(alice);
    const page = pageOf(witness);
    for (let times = 0; times < 5; times++) {
      await page
        .evaluate(() => void (globalThis as unknown as { location: { reload(): void } }).location.reload())
        .catch(() => 'gone while it answered');
      await page.waitForNavigation({ waitUntil: 'domcontentloaded', timeout: 300 }).catch(() => 'gone already');
    }
    await witness.saw('driver.ready');
    await expect.poll(async () => (await witness.session.ask('probe', {})).ok, { timeout: 10_000 }).toBe(true);
    expect(witness.facts.map(({ type }) => type)).not.toContain('driver.broken');
  });

  it('can be ended while its page loads itself again: nothing is thrown that nobody catches', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'slow', stage: 'login', ms: 10_000 });
    await pageOf(witness).reload();
    await witness.saw('driver.degraded');
    await witness.session.kill();
    expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
  });

  it('does not send again what the page has already, under the same key', async () => {
    const { witness } = await stage.paired(alice);
    const providerMessageId = await send(witness, 'm', 'only once');
    await witness.saw('driver.acknowledged');
    valueOf(
      await witness.session.ask('send', {
        providerMessageId,
        to: stranger,
        content: textContent('only once'),
        quoted: null,
      }),
    );
    await send(witness, 'n', 'another');
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

  it.each([
    ['CONFLICT', 'conflict'],
    ['PROXYBLOCK', 'blocked'],
    ['TOS_BLOCK', 'blocked'],
    ['UNPAIRED', 'logged_out'],
  ] as const)('ends in the state %s as %s', async (state, reason) => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'state', state, number: alice });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason });
    expect(witness.facts.filter(isLastFact)).toHaveLength(1);
  });

  it.each(['unpaired', 'navigate'] as const)('shows no code after a log-out on the phone (%s)', async (mode) => {
    const { witness } = await stage.paired(alice);
    await stage.control.logout({ number: alice, mode });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'logged_out' });
    expect(witness.facts.filter(({ type }) => type === 'driver.qr')).toHaveLength(1);
  });

  it('ends as a conflict when another browser opens with its login', async () => {
    const here = await stage.paired(alice);
    valueOf(await here.witness.session.ask('close', {}));
    await here.witness.ended();
    cpSync(stage.profileOf(here.accountId), stage.profileOf('elsewhere'), { recursive: true });
    const first = stage.open(here.accountId).witness;
    await first.saw('driver.ready');
    const second = stage.open('elsewhere').witness;
    await second.saw('driver.ready');
    expect(await first.ended()).toMatchObject({ type: 'driver.dropped', reason: 'conflict' });
    expect(isLastFact(second.facts.at(-1)!)).toBe(false);
  });

  it('ends when the site fails while its page loads itself again, and says what the site answered', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'http_500', number: alice });
    await stage.control.do({ deed: 'reload', number: alice });
    const last = await witness.ended();
    expect(last).toMatchObject({
      type: 'driver.dropped',
      reason: 'page_did_not_boot',
      detail: 'the site answered 500',
    });
  });

  it('ends when its page loads itself again and does not start, as does one that is just opened', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'never_boots' });
    await stage.control.do({ deed: 'reload', number: alice });
    const opened = stage.open();
    // The library waits for 30 s by itself, and then throws where nobody catches.
    const over = (): boolean => [witness, opened.witness].every(({ facts }) => facts.some(isLastFact));
    await expect.poll(over, { timeout: 45_000 }).toBe(true);
    const detail = 'the page did not start in time (auth timeout); the site answered 200';
    for (const { facts } of [witness, opened.witness])
      expect(facts.at(-1)).toEqual({ type: 'driver.dropped', reason: 'page_did_not_boot', detail });
  }, 60_000);

  it('ends as unreachable when its page loads itself again and the site is away', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'connection_reset', number: alice });
    await stage.control.do({ deed: 'reload', number: alice });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_unreachable' });
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

  it('ends when the library is no longer in its page', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).evaluate(() => void delete (globalThis as unknown as PageWindow).WWebJS);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'driver_error' });
  });

  it('ends when its page is closed', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).close();
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_closed' });
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
