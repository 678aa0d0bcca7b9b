import { textContent } from '#libs/contracts/content';
import { describe, expect, it } from 'vitest';
import { valueOf, type Witness } from '../witness.contract.js';
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

    it('may be given together: they go one after the other, once and in order', async () => {
      const { accountId, witness } = await play.connect();
      const texts = await prepared(witness, ['one', 'two', 'three']);
      const answer = await witness.session.ask('sendInTurn', { messages: texts });
      expect(valueOf(answer)).toEqual({ handedOver: 3, refusal: null });
      for (const { providerMessageId, to, content } of texts) {
        const { level } = valueOf(await witness.session.ask('lookup', { providerMessageId, to }));
        expect(['sent', 'delivered', 'read']).toContain(level);
        expect(await play.harness.arrivals(accountId, content.text)).toBe(1);
      }
      const told = new Set<string>();
      while (told.size < 3) told.add((await witness.saw('driver.acknowledged')).providerMessageId);
      expect([...told]).toEqual(texts.map(({ providerMessageId }) => providerMessageId));
    });

    it('given together stop behind one that the servers refuse', async () => {
      const { accountId, witness } = await play.connect();
      await play.harness.refuseSends(accountId);
      const texts = await prepared(witness, ['unwanted', 'never begun']);
      const answer = await witness.session.ask('sendInTurn', { messages: texts });
      expect(valueOf(answer)).toEqual({ handedOver: 1, refusal: null });
      expect(await witness.saw('driver.refused')).toMatchObject({ providerMessageId: texts[0]!.providerMessageId });
      const { providerMessageId, to } = texts[1]!;
      expect(valueOf(await witness.session.ask('lookup', { providerMessageId, to }))).toEqual({ level: null });
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

async function prepared(witness: Witness, texts: readonly string[]) {
  const to = newPhone();
  const messages = [];
  for (const [n, text] of texts.entries()) {
    const messageId = `0198b1c0-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`;
    const { providerMessageId } = valueOf(await witness.session.ask('prepare', { messageId, to }));
    const content = { kind: 'text', text, mentions: [], linkPreview: false } as const;
    messages.push({ providerMessageId, to, content, quoted: null });
  }
  return messages;
}
