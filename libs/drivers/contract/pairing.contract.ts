import { textContent } from '#libs/contracts/content';
import { describe, expect, it } from 'vitest';
import { valueOf } from '../witness.contract.js';
import { newPhone, type Play } from './play.contract.js';

export function pairingContract(play: Play): void {
  describe('pairing', () => {
    it('shows a code, is scanned, becomes ready and tells its phone', async () => {
      const { accountId, witness } = play.open();
      const qr = await witness.saw('driver.qr');
      expect(qr).toMatchObject({ attempt: 1 });
      expect(qr.qr).not.toBe('');
      expect(qr.lifetimeMs).toBeGreaterThan(0);
      const phone = newPhone();
      await play.harness.scan(accountId, phone);
      await witness.saw('driver.scanned');
      expect(await witness.saw('driver.ready')).toEqual({ type: 'driver.ready', phone });
      expect(valueOf(await witness.session.ask('probe', {}))).toEqual({ phone });
    });

    it('gives a code to type instead of scanning', async () => {
      const { accountId, witness } = play.open();
      await witness.saw('driver.qr');
      const phone = newPhone();
      const { code, lifetimeMs } = valueOf(await witness.session.ask('pairingCode', { phone }));
      expect(code).toMatch(/^\w{8}$/);
      expect(lifetimeMs).toBeGreaterThan(0);
      await play.harness.enterPairingCode(accountId, code, phone);
      expect(await witness.saw('driver.ready')).toMatchObject({ phone });
      expect(witness.facts).toContainEqual({ type: 'driver.pairing-code', code, lifetimeMs });
    });

    it('refuses as not ready what needs a connection before there is one', async () => {
      const { witness } = play.open();
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
}
