import { describe, expect, it } from 'vitest';
import { valueOf, type Witness } from '../witness.contract.js';
import type { Play } from './play.contract.js';

export function loginContract(play: Play): void {
  describe('the saved login', () => {
    it('survives a close: the next session is ready without a code', async () => {
      const { accountId, witness, phone } = await play.connect();
      await play.close(witness);
      const restored = play.open(accountId).witness;
      expect(await restored.saw('driver.ready')).toMatchObject({ phone });
      expect(restored.steps()).toEqual(['driver.scanned', 'driver.ready']);
    });

    it('is gone after a logout: closed, and the next session shows a code', async () => {
      const { accountId, witness } = await play.connect();
      valueOf(await witness.session.ask('logout', {}));
      expect(await witness.ended()).toEqual({ type: 'driver.closed' });
      expect(witness.facts.at(-2), 'the provider was heard to end it').toEqual({ type: 'driver.logged-out' });
      expect(await play.harness.listsDevice(accountId)).toBe(false);
      await play.open(accountId).witness.saw('driver.qr');
    });

    it('that the provider was not heard to end is never told as ended', async () => {
      const { accountId, witness } = await play.connect();
      await play.harness.cutOff(accountId);
      await witness.saw('driver.degraded');
      await witness.session.ask('logout', {});
      expect(await witness.ended()).toEqual({ type: 'driver.closed' });
      expect(witness.facts).not.toContainEqual({ type: 'driver.logged-out' });
      expect(await play.harness.listsDevice(accountId)).toBe(true);
    });

    it('that is only closed is not told as ended, and one that is ended by force only when it was', async () => {
      const { accountId, witness } = await play.connect();
      await play.close(witness);
      const forced = play.open(accountId).witness;
      await forced.saw('driver.ready');
      void forced.session.ask('logout', {});
      await forced.session.kill();
      const told = (facts: Witness['facts']): boolean => facts.some(({ type }) => type === 'driver.logged-out');
      expect(told(witness.facts)).toBe(false);
      expect(told(forced.facts) && (await play.harness.listsDevice(accountId))).toBe(false);
    });

    it('is worthless after a log-out on the phone, which ends the session', async () => {
      const { accountId, witness } = await play.connect();
      await play.harness.logOutOnPhone(accountId);
      expect(await witness.saw('driver.broken')).toMatchObject({ reason: 'logged_out' });
      expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'logged_out' });
      await play.harness.driver.discardLogin(accountId);
      await play.open(accountId).witness.saw('driver.qr');
    });

    it('can be moved aside; doing so again, or without one, is harmless', async () => {
      const { accountId, witness } = await play.connect();
      await play.close(witness);
      await play.harness.driver.discardLogin(accountId);
      await play.harness.driver.discardLogin(accountId);
      await play.harness.driver.discardLogin(play.harness.accountId());
      await play.open(accountId).witness.saw('driver.qr');
    });
  });
}
