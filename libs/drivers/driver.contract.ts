import { textContent } from '#libs/contracts/content';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLastFact } from '#libs/contracts/session';
import type { Driver } from './driver.js';
import { openSession, valueOf, type Witness } from './witness.contract.js';

/**
 * What a network must offer so that the suite can play its servers and phones. `accountId()` gives a new account
 * each time; its code waits to be scanned, whatever settings that needs.
 */
export interface DriverHarness {
  readonly driver: Driver;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Longest wait for anything to happen. */
  readonly waitMsMax: number;
  /** After a last fact nothing may come; the suite watches this long. */
  readonly quietMs: number;
  accountId(): string;
  /** Scans the code that is shown now, with the phone of this number. */
  scan(accountId: string, phone: string): Promise<void>;
  /** Types a pairing code on the phone of this number. */
  enterPairingCode(accountId: string, code: string, phone: string): Promise<void>;
  /** Somebody writes to the account. */
  write(accountId: string, message: { from: string; text: string }): Promise<void>;
  /** Sends of this account are refused by the servers from now on. */
  refuseSends(accountId: string): Promise<void>;
  logOutOnPhone(accountId: string): Promise<void>;
  /** The account's line to the servers is down from now on. */
  cutOff(accountId: string): Promise<void>;
  /** Is the account among the linked devices of its phone? */
  listsDevice(accountId: string): Promise<boolean>;
  /** Kills what carries the session, behind the driver's back. */
  crash(accountId: string): Promise<void>;
  /** What is still held for the account (processes, locks, sockets), in words. Empty after a last fact. */
  resourcesOf(accountId: string): Promise<readonly string[]>;
  /** How often a text from this account reached the servers. */
  arrivals(accountId: string, text: string): Promise<number>;
  stop(): Promise<void>;
}

let lastPhone = 380_440_000_000;
const newPhone = (): string => `+${(lastPhone += 1)}`;

/** The suite every driver passes: what an account may rely on, whichever network it is on. */
export function driverContract(name: string, start: () => Promise<DriverHarness>): void {
  describe(`the driver contract: ${name}`, () => {
    let harness: DriverHarness;
    const opened: { accountId: string; witness: Witness }[] = [];

    const open = (accountId = harness.accountId()): { accountId: string; witness: Witness } => {
      const one = { accountId, witness: openSession(harness.driver, accountId, harness.settings, harness.waitMsMax) };
      opened.push(one);
      return one;
    };
    const connect = async (phone = newPhone()): Promise<{ accountId: string; witness: Witness; phone: string }> => {
      const { accountId, witness } = open();
      await witness.saw('driver.qr');
      await harness.scan(accountId, phone);
      await witness.saw('driver.ready');
      return { accountId, witness, phone };
    };
    const close = async (witness: Witness): Promise<void> => {
      valueOf(await witness.session.ask('close', {}));
      await witness.saw('driver.closed');
    };

    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());
    /** Whatever a test did: one last fact, nothing after it, nothing left. */
    afterEach(async () => {
      const ended = opened.splice(0);
      await Promise.all(ended.map(({ witness }) => witness.session.kill()));
      await new Promise((resolve) => setTimeout(resolve, harness.quietMs));
      for (const { accountId, witness } of ended) {
        expect(witness.facts.filter(isLastFact)).toHaveLength(1);
        expect(witness.facts.findIndex(isLastFact)).toBe(witness.facts.length - 1);
        expect(await harness.resourcesOf(accountId)).toEqual([]);
      }
    });

    describe('pairing', () => {
      it('shows a code, is scanned, becomes ready and tells its phone', async () => {
        const { accountId, witness } = open();
        const qr = await witness.saw('driver.qr');
        expect(qr).toMatchObject({ attempt: 1 });
        expect(qr.qr).not.toBe('');
        expect(qr.lifetimeMs).toBeGreaterThan(0);
        const phone = newPhone();
        await harness.scan(accountId, phone);
        await witness.saw('driver.scanned');
        expect(await witness.saw('driver.ready')).toEqual({ type: 'driver.ready', phone });
        expect(valueOf(await witness.session.ask('probe', {}))).toEqual({ phone });
      });

      it('gives a code to type instead of scanning', async () => {
        const { accountId, witness } = open();
        await witness.saw('driver.qr');
        const phone = newPhone();
        const { code, lifetimeMs } = valueOf(await witness.session.ask('pairingCode', { phone }));
        expect(code).toMatch(/^\w{8}$/);
        expect(lifetimeMs).toBeGreaterThan(0);
        await harness.enterPairingCode(accountId, code, phone);
        expect(await witness.saw('driver.ready')).toMatchObject({ phone });
        expect(witness.facts).toContainEqual({ type: 'driver.pairing-code', code, lifetimeMs });
      });

      it('refuses as not ready what needs a connection before there is one', async () => {
        const { witness } = open();
        await witness.saw('driver.qr');
        const to = newPhone();
        const answers = [
          await witness.session.ask('probe', {}),
          await witness.session.ask('prepare', { messageId: 'm', to }),
          await witness.session.ask('send', {
            providerMessageId: 'm',
            to,
            content: textContent('too early'),
            quoted: null,
          }),
          await witness.session.ask('lookup', { providerMessageId: 'm', to }),
        ];
        expect(answers.map((answer) => !answer.ok && answer.why)).toEqual(Array(4).fill('not_ready'));
      });
    });

    describe('the saved login', () => {
      it('survives a close: the next session is ready without a code', async () => {
        const { accountId, witness, phone } = await connect();
        await close(witness);
        const restored = open(accountId).witness;
        expect(await restored.saw('driver.ready')).toMatchObject({ phone });
        expect(restored.facts.map((fact) => fact.type)).toEqual(['driver.scanned', 'driver.ready']);
      });

      it('is gone after a logout: closed, and the next session shows a code', async () => {
        const { accountId, witness } = await connect();
        valueOf(await witness.session.ask('logout', {}));
        expect(await witness.ended()).toEqual({ type: 'driver.closed' });
        expect(witness.facts.at(-2), 'the provider was heard to end it').toEqual({ type: 'driver.logged-out' });
        expect(await harness.listsDevice(accountId)).toBe(false);
        await open(accountId).witness.saw('driver.qr');
      });

      it('that the provider was not heard to end is never told as ended', async () => {
        const { accountId, witness } = await connect();
        await harness.cutOff(accountId);
        await witness.saw('driver.degraded');
        await witness.session.ask('logout', {});
        expect(await witness.ended()).toEqual({ type: 'driver.closed' });
        expect(witness.facts).not.toContainEqual({ type: 'driver.logged-out' });
        expect(await harness.listsDevice(accountId)).toBe(true);
      });

      it('that is only closed is not told as ended, and one that is ended by force only when it was', async () => {
        const { accountId, witness } = await connect();
        await close(witness);
        const forced = open(accountId).witness;
        await forced.saw('driver.ready');
        void forced.session.ask('logout', {});
        await forced.session.kill();
        const told = (facts: Witness['facts']): boolean => facts.some(({ type }) => type === 'driver.logged-out');
        expect(told(witness.facts)).toBe(false);
        expect(told(forced.facts) && (await harness.listsDevice(accountId))).toBe(false);
      });

      it('is worthless after a log-out on the phone, which ends the session', async () => {
        const { accountId, witness } = await connect();
        await harness.logOutOnPhone(accountId);
        expect(await witness.saw('driver.broken')).toMatchObject({ reason: 'logged_out' });
        expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'logged_out' });
        await harness.driver.discardLogin(accountId);
        await open(accountId).witness.saw('driver.qr');
      });

      it('can be moved aside; doing so again, or without one, is harmless', async () => {
        const { accountId, witness } = await connect();
        await close(witness);
        await harness.driver.discardLogin(accountId);
        await harness.driver.discardLogin(accountId);
        await harness.driver.discardLogin(harness.accountId());
        await open(accountId).witness.saw('driver.qr');
      });
    });

    describe('messages', () => {
      it('are prepared with an id that stays the same for the same message, and differs for another', async () => {
        const { witness } = await connect();
        const to = newPhone();
        const prepare = async (messageId: string): Promise<string> =>
          valueOf(await witness.session.ask('prepare', { messageId, to })).providerMessageId;
        const first = await prepare('0198b1c0-0000-7000-8000-000000000001');
        expect(await prepare('0198b1c0-0000-7000-8000-000000000001')).toBe(first);
        expect(await prepare('0198b1c0-0000-7000-8000-000000000002')).not.toBe(first);
      });

      it('are acknowledged after they were sent, once, and known from then on', async () => {
        const { accountId, witness } = await connect();
        const ask = { messageId: '0198b1c0-0000-7000-8000-000000000003', to: newPhone() };
        const { providerMessageId } = valueOf(await witness.session.ask('prepare', ask));
        const look = { providerMessageId, to: ask.to };
        expect(valueOf(await witness.session.ask('lookup', look))).toEqual({ level: null });
        valueOf(await witness.session.ask('send', { ...look, content: textContent('the first'), quoted: null }));
        let level = 'pending';
        while (level === 'pending') {
          const acknowledged = await witness.saw('driver.acknowledged');
          expect(acknowledged.providerMessageId).toBe(providerMessageId);
          level = acknowledged.level;
        }
        expect(['sent', 'delivered', 'read']).toContain(level);
        const known = valueOf(await witness.session.ask('lookup', look));
        expect(['sent', 'delivered', 'read']).toContain(known.level);
        expect(await harness.arrivals(accountId, 'the first')).toBe(1);
      });

      it('are still known after a crash, by the same id', async () => {
        const { accountId, witness } = await connect();
        const ask = { messageId: '0198b1c0-0000-7000-8000-000000000004', to: newPhone() };
        const { providerMessageId } = valueOf(await witness.session.ask('prepare', ask));
        valueOf(
          await witness.session.ask('send', {
            providerMessageId,
            to: ask.to,
            content: textContent('kept'),
            quoted: null,
          }),
        );
        await witness.saw('driver.acknowledged');
        await close(witness);
        const again = open(accountId).witness;
        await again.saw('driver.ready');
        expect(valueOf(await again.session.ask('prepare', ask))).toEqual({ providerMessageId });
        const { level } = valueOf(await again.session.ask('lookup', { providerMessageId, to: ask.to }));
        expect(['sent', 'delivered', 'read']).toContain(level);
      });

      it('that the servers refuse are told as refused', async () => {
        const { accountId, witness } = await connect();
        await harness.refuseSends(accountId);
        const ask = { messageId: '0198b1c0-0000-7000-8000-000000000005', to: newPhone() };
        const { providerMessageId } = valueOf(await witness.session.ask('prepare', ask));
        valueOf(
          await witness.session.ask('send', {
            providerMessageId,
            to: ask.to,
            content: textContent('unwanted'),
            quoted: null,
          }),
        );
        expect(await witness.saw('driver.refused')).toMatchObject({ providerMessageId });
      });

      it('that come in are told with sender, chat and text', async () => {
        const { accountId, witness } = await connect();
        await harness.write(accountId, { from: '+380501112233', text: 'hello you' });
        const { message } = await witness.saw('driver.received');
        expect(message).toMatchObject({ text: 'hello you', from: '+380501112233', chatId: '380501112233@c.us' });
        expect(message.providerMessageId).not.toBe('');
      });
    });

    describe('the end', () => {
      it('comes after a close, with nothing left, and every later question is answered gone', async () => {
        const { accountId, witness } = await connect();
        await close(witness);
        expect(await harness.resourcesOf(accountId)).toEqual([]);
        for (const ask of [witness.session.ask('probe', {}), witness.session.ask('close', {})])
          expect(await ask).toMatchObject({ ok: false, why: 'gone' });
        await witness.session.kill();
      });

      it('comes after a close during the opening, wherever that has got to', async () => {
        const { accountId, witness } = open();
        void witness.session.ask('close', {});
        expect(await witness.ended()).toEqual({ type: 'driver.closed' });
        expect(await harness.resourcesOf(accountId)).toEqual([]);
      });

      it('comes by force whenever it is asked for, also twice, also at once', async () => {
        const { accountId, witness } = open();
        await Promise.all([witness.session.kill(), witness.session.kill()]);
        expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
        expect(await harness.resourcesOf(accountId)).toEqual([]);

        const { witness: connected, accountId: other } = await connect();
        await connected.session.kill();
        expect(connected.facts.at(-1)).toEqual({ type: 'driver.closed' });
        expect(await harness.resourcesOf(other)).toEqual([]);
      });

      it('comes by itself after a crash, and the next session opens', async () => {
        const { accountId, witness } = await connect();
        await harness.crash(accountId);
        expect(await witness.ended()).toMatchObject({ type: 'driver.dropped' });
        expect(await harness.resourcesOf(accountId)).toEqual([]);
        const next = open(accountId).witness;
        await Promise.race([next.saw('driver.ready'), next.saw('driver.qr')]);
      });
    });
  });
}
