import { describe, expect, it } from 'vitest';
import type { TypedEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import type { TransitionView } from '#libs/contracts/transition';
import { type AccountNews, NO_NEWS, withEvent, withMessage } from './account-news.js';

const step = (seq: number): TransitionView => ({ seq, to: 'CONNECTED' }) as TransitionView;
const message = (id: string, status: MessageView['status']): MessageView => ({ id, status }) as MessageView;
const changed = (...seqs: number[]): TypedEvent =>
  ({ event: 'account.changed', data: { transitions: seqs.map(step) } }) as unknown as TypedEvent;

describe('what is known of an account', () => {
  it('gains the steps that are newer than what was read, newest first, each once', () => {
    const news: AccountNews = { ...NO_NEWS, history: [step(2), step(1)] };
    expect(withEvent(news, changed(2, 3, 4)).history?.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(withEvent(news, changed(1, 2))).toBe(news);
  });

  it('has one message an id, as it was told last, in the order in which they came', () => {
    const first = withMessage(withMessage(NO_NEWS, message('b', 'queued')), message('a', 'sent'));
    const told = { event: 'message.changed', data: { message: message('b', 'delivered') } } as unknown as TypedEvent;
    expect(withEvent(first, told).messages).toEqual([message('a', 'sent'), message('b', 'delivered')]);
  });
});
