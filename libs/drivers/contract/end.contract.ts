import { describe, expect, it } from 'vitest';
import type { Play } from './play.contract.js';

export function endContract(play: Play): void {
  describe('the end', () => {
    it('comes after a close, with nothing left, and every later question is answered gone', async () => {
      const { accountId, witness } = await play.connect();
      await play.close(witness);
      expect(await play.harness.resourcesOf(accountId)).toEqual([]);
      for (const ask of [witness.session.ask('probe', {}), witness.session.ask('close', {})])
        expect(await ask).toMatchObject({ ok: false, why: 'gone' });
      await witness.session.kill();
    });

    it('comes after a close during the opening, wherever that has got to', async () => {
      const { accountId, witness } = play.open();
      void witness.session.ask('close', {});
      expect(await witness.ended()).toEqual({ type: 'driver.closed' });
      expect(await play.harness.resourcesOf(accountId)).toEqual([]);
    });

    it('comes by force whenever it is asked for, also twice, also at once', async () => {
      const { accountId, witness } = play.open();
      await Promise.all([witness.session.kill(), witness.session.kill()]);
      expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
      expect(await play.harness.resourcesOf(accountId)).toEqual([]);

      const { witness: connected, accountId: other } = await play.connect();
      await connected.session.kill();
      expect(connected.facts.at(-1)).toEqual({ type: 'driver.closed' });
      expect(await play.harness.resourcesOf(other)).toEqual([]);
    });

    it('comes by itself after a crash, and the next session opens', async () => {
      const { accountId, witness } = await play.connect();
      await play.harness.crash(accountId);
      expect(await witness.ended()).toMatchObject({ type: 'driver.dropped' });
      expect(await play.harness.resourcesOf(accountId)).toEqual([]);
      const next = play.open(accountId).witness;
      await Promise.race([next.saw('driver.ready'), next.saw('driver.qr')]);
    });
  });
}
