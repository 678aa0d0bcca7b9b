import { textContent } from '#libs/contracts/content';
import { describe, expect, it } from 'vitest';
import { valueOf } from '../witness.contract.js';
import { newPhone, type Play } from './play.contract.js';

export function textContract(play: Play): void {
  describe('messages', () => {
    it('are prepared with an id that stays the same for the same message, and differs for another', async () => {
      const { witness } = await play.connect();
      const to = newPhone();
      const prepare = async (messageId: string): Promise<string> =>
        valueOf(await witness.session.ask('prepare', { messageId, to })).providerMessageId;
      const first = await prepare('0198b1c0-0000-7000-8000-000000000001');
      expect(await prepare('0198b1c0-0000-7000-8000-000000000001')).toBe(first);
      expect(await prepare('0198b1c0-0000-7000-8000-000000000002')).not.toBe(first);
    });

    it('are acknowledged after they were sent, once, and known from then on', async () => {
      const { accountId, witness } = await play.connect();
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
      expect(await play.harness.arrivals(accountId, 'the first')).toBe(1);
    });

    it('are still known after a crash, by the same id', async () => {
      const { accountId, witness } = await play.connect();
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
      await play.close(witness);
      const again = play.open(accountId).witness;
      await again.saw('driver.ready');
      expect(valueOf(await again.session.ask('prepare', ask))).toEqual({ providerMessageId });
      const { level } = valueOf(await again.session.ask('lookup', { providerMessageId, to: ask.to }));
      expect(['sent', 'delivered', 'read']).toContain(level);
    });

    it('that the servers refuse are told as refused', async () => {
      const { accountId, witness } = await play.connect();
      await play.harness.refuseSends(accountId);
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
      const { accountId, witness } = await play.connect();
      await play.harness.write(accountId, { from: '+380501112233', text: 'hello you' });
      const { message } = await witness.saw('driver.received');
      expect(message).toMatchObject({ text: 'hello you', from: '+380501112233', chatId: '380501112233@c.us' });
      expect(message.providerMessageId).not.toBe('');
    });
  });
}
