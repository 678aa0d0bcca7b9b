import { describe, expect, it } from 'vitest';
import type { TypedEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import type { OutboxView } from '#libs/contracts/outbox';
import type { TransitionView } from '#libs/contracts/transition';
import {
  type AccountNews,
  NO_NEWS,
  SHOWN_MAX,
  withAccepted,
  withEvent,
  withMessage,
  withMessages,
  withSteps,
} from './account-news.js';

const step = (seq: number): TransitionView => ({ seq, to: 'CONNECTED' }) as TransitionView;
const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => step(from + i));
const message = (id: string, status: MessageView['status'] = 'sent'): MessageView => ({ id, status }) as MessageView;
const changed = (status: string, ...seqs: number[]): TypedEvent =>
  ({ event: 'account.changed', data: { state: { status }, transitions: seqs.map(step) } }) as unknown as TypedEvent;

describe('the history of an account', () => {
  it('gains the steps that are newer than what was read, newest first, each once', () => {
    const news: AccountNews = { ...NO_NEWS, history: [step(2), step(1)] };
    expect(withEvent(news, changed('CONNECTED', 2, 3, 4)).history?.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(withEvent(news, changed('CONNECTED', 1, 2))).toBe(news);
  });

  it('is read further back, and knows whether there is more', () => {
    const news = withSteps(NO_NEWS, steps(11, 20), true);
    const older = withSteps(news, steps(1, 10), false);
    expect(older.history?.map(({ seq }) => seq)).toEqual(steps(1, 20).map(({ seq }) => 21 - seq));
    expect([news.hasOlderSteps, older.hasOlderSteps]).toEqual([true, false]);
  });

  it('stays bounded, however long one looks', () => {
    const full = withSteps(NO_NEWS, steps(1, SHOWN_MAX), false);
    const more = withEvent(full, changed('CONNECTED', SHOWN_MAX + 1));
    expect([more.history?.length, more.history?.at(-1)?.seq, more.hasOlderSteps]).toEqual([SHOWN_MAX, 2, true]);
  });
});

describe('the messages of an account', () => {
  it('are there once each, as they were told last, in the order in which they came', () => {
    const first = withMessage(withMessage(NO_NEWS, message('b', 'queued')), message('a'));
    const told = { event: 'message.changed', data: { message: message('b', 'delivered') } } as unknown as TypedEvent;
    expect(withEvent(first, told).messages).toEqual([message('a'), message('b', 'delivered')]);
  });

  it('never fall back to what a call answered when the stream was faster', () => {
    const known = withMessage(NO_NEWS, message('a', 'delivered'));
    expect(withAccepted(known, message('a', 'queued'))).toBe(known);
    expect(withAccepted(known, message('b', 'queued')).messages).toHaveLength(2);
  });

  it('are read further back until there are none', () => {
    const news = withMessages(NO_NEWS, [message('c')], 'next');
    const older = withMessages(news, [message('b'), message('a')], null);
    expect(older.messages?.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect([news.olderMessages, older.olderMessages]).toEqual(['next', null]);
  });
});

it('what is accepted while sending is paused waits with the rest', () => {
  const outbox = { state: 'paused', waiting: 2 } as OutboxView;
  const told = { event: 'message.accepted', data: { message: message('a', 'queued') } } as unknown as TypedEvent;
  expect(withEvent({ ...NO_NEWS, outbox }, told).outbox?.waiting).toBe(3);
  expect(withEvent({ ...NO_NEWS, outbox: { ...outbox, state: 'running' } }, told).outbox?.waiting).toBe(2);
});

it('how far a login has come is forgotten once the account is no longer authenticating', () => {
  const news: AccountNews = { ...NO_NEWS, history: [], loading: 60 };
  expect(withEvent(news, changed('AUTHENTICATING', 1)).loading).toBe(60);
  expect(withEvent(news, changed('CONNECTED', 1)).loading).toBeNull();
});
