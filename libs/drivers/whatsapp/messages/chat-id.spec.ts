import { describe, expect, it } from 'vitest';
import { chatIdOf, phoneOf, senderOf } from './chat-id.js';

describe('chat ids of WhatsApp', () => {
  it.each([
    ['+380501112233', '380501112233@c.us'],
    ['380501112233@c.us', '380501112233@c.us'],
    ['98765432109876@lid', '98765432109876@lid'],
    ['120363000000000000@g.us', '120363000000000000@g.us'],
    ['380501112233', null],
    ['status@broadcast', null],
    ['+0', null],
    ['a b@c.us', null],
  ])('%s names %s', (to, chatId) => expect(chatIdOf(to)).toBe(chatId));

  it('tells a phone where there is one', () => {
    expect(phoneOf('380501112233@c.us')).toBe('+380501112233');
    expect(phoneOf('98765432109876@lid')).toBeNull();
    expect(senderOf('98765432109876@lid')).toBe('98765432109876@lid');
  });
});
