import { describe, expect, it } from 'vitest';
import { editOf, groupChangeOf, reactionOf, revokeOf } from './changes.js';
import { pageMessageOf } from '../page/page-models.js';
import type { KnownAddresses } from './received-message.js';

const NOW = 1_795_000_099_000;
const PREPARED = 'true_380000000001@c.us_3EB0AA';
const FILED = 'true_770@lid_3EB0AA';
const known: KnownAddresses = {
  nameOf: (id) => (id === '770@lid' ? '380000000001@c.us' : id),
  isOwn: () => false,
  idOf: (id) => (id === FILED ? PREPARED : id),
};
const message = (change: object = {}) =>
  pageMessageOf({
    id: { _serialized: FILED, fromMe: true, remote: '770@lid' },
    type: 'chat',
    body: 'after',
    t: 1_795_000_000,
    ...change,
  })!;

describe('what is done to a message', () => {
  it('is a reaction, on the message as we know it, by a person as we know them', () => {
    const reaction = { target: FILED, sender: '770@lid', emoji: '👍', atMs: 5 };
    expect(reactionOf(reaction, known)).toEqual({
      type: 'driver.reacted',
      providerMessageId: PREPARED,
      from: '+380000000001',
      emoji: '👍',
      at: 5,
    });
    expect(reactionOf({ ...reaction, emoji: '' }, known)).toMatchObject({ emoji: '' });
    expect(reactionOf({ ...reaction, emoji: 'x'.repeat(33) }, known)).toBeNull();
  });

  const change = (before: string | null, after = 'after') => ({ before, after });

  it('is an edit, at the time of its sender where the page tells it', () => {
    const edited = { type: 'driver.edited', providerMessageId: PREPARED, text: 'after' };
    expect(editOf(message(), change('before'), known, NOW)).toEqual({ ...edited, at: NOW });
    expect(editOf(message({ latestEditSenderTimestampMs: 7 }), change(null), known, NOW)).toEqual({ ...edited, at: 7 });
  });

  it('is an edit of a caption', () => {
    const image = { type: 'image', body: 'small copy', caption: 'after' };
    expect(editOf(message(image), change('before'), known, NOW)).toMatchObject({ text: 'after' });
  });

  it('is known as edited, when it is found so', () => {
    expect(editOf(message({ latestEditSenderTimestampMs: 7 }), null, known, NOW)).toMatchObject({ text: 'after' });
    expect(editOf(message(), null, known, NOW)).toBeNull();
  });

  const image = { type: 'image', body: 'small copy', caption: 'look', latestEditSenderTimestampMs: 7 };
  it.each([
    ['a text that could only now be read', message(), change(null)],
    ['a small copy of a file that has come', message(image), change('another copy', 'small copy')],
    ['nothing new', message(), change('after')],
    ['a message that is gone', message({ type: 'revoked', body: 'after' }), change('before')],
  ])('is no edit when it is %s', (_, changed, by) => expect(editOf(changed, by, known, NOW)).toBeNull());

  it('is a deletion, of the message in whose place the notice stands', () => {
    const revoked = { type: 'revoked', body: undefined };
    const deleted = { type: 'driver.revoked', providerMessageId: PREPARED };
    expect(revokeOf(message(revoked), known, NOW)).toEqual({ ...deleted, at: NOW });
    const other = { ...revoked, id: { _serialized: 'true_770@lid_NEW', fromMe: true, remote: '770@lid' } };
    const protocolMessageKey = { _serialized: FILED };
    expect(revokeOf(message({ ...other, protocolMessageKey, revokeTimestamp: 3 }), known, NOW)).toEqual({
      ...deleted,
      at: 3_000,
    });
    expect(revokeOf(message(), known, NOW)).toBeNull();
  });
});

describe('what happens in a group', () => {
  const group = (subtype: string, more: object = {}) =>
    message({
      id: { _serialized: 'false_1203@g.us_N1', fromMe: false, remote: '1203@g.us' },
      type: 'gp2',
      body: undefined,
      author: { _serialized: '770@lid' },
      recipients: ['380000000002@c.us', { _serialized: '770@lid' }],
      subtype,
      ...more,
    });

  it.each([
    ['add', 'added'],
    ['invite', 'joined'],
    ['leave', 'left'],
    ['remove', 'removed'],
    ['promote', 'promoted'],
    ['demote', 'demoted'],
    ['picture', 'other'],
  ])('%s is told as %s, with who did it and to whom', (subtype, change) => {
    expect(groupChangeOf(group(subtype), known)).toEqual({
      type: 'driver.group',
      change: {
        chatId: '1203@g.us',
        change,
        by: '+380000000001',
        people: ['+380000000002', '+380000000001'],
        text: null,
        providerMessageId: 'false_1203@g.us_N1',
        at: 1_795_000_000_000,
      },
    });
  });

  it('is told with the new name', () => {
    expect(groupChangeOf(group('subject', { body: 'Team', recipients: undefined }), known)).toMatchObject({
      change: { change: 'renamed', text: 'Team', people: [] },
    });
  });

  it('is nothing else', () => expect(groupChangeOf(message(), known)).toBeNull());
});
