import { describe, expect, it } from 'vitest';
import { type PageMessage, receivedOf } from './received-message.js';

const text: PageMessage = {
  id: 'false_380501112233@c.us_AB',
  chat: '380501112233@c.us',
  author: '380501112233@c.us',
  fromMe: false,
  type: 'chat',
  body: 'hello',
  t: 1_795_000_000,
};

describe('a message that came in', () => {
  it('is told with its sender as a phone and its time in milliseconds', () => {
    expect(receivedOf(text)).toMatchObject({
      providerMessageId: 'false_380501112233@c.us_AB',
      chatId: '380501112233@c.us',
      from: '+380501112233',
      text: 'hello',
      sentAt: 1_795_000_000_000,
    });
  });

  it('has its author as the sender in a group', () => {
    expect(receivedOf({ ...text, chat: '1203@g.us' })).toMatchObject({ chatId: '1203@g.us', from: '+380501112233' });
  });

  it('has no text when it is a voice', () => {
    expect(receivedOf({ ...text, type: 'ptt', body: 'base64' })).toMatchObject({ text: null });
  });

  it.each([{ fromMe: true }, { chat: 'status@broadcast' }, { chat: '1@newsletter' }, { type: 'e2e_notification' }])(
    'is not for us when %o',
    (change) => expect(receivedOf({ ...text, ...change })).toBeNull(),
  );
});
