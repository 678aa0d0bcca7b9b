import { describe, expect, it } from 'vitest';
import { keyIdIn, keyIdOf } from './message-key.js';

describe('the key of a message', () => {
  it('looks like one of the web client, and comes from our id alone', () => {
    expect(keyIdOf('0198b1c0-0000-7000-8000-000000000001')).toMatch(/^3EB0[0-9A-F]{18}$/);
    expect(keyIdOf('a')).toBe(keyIdOf('a'));
    expect(keyIdOf('a')).not.toBe(keyIdOf('b'));
  });

  it('is found again in what the provider says, in chats of two and in groups', () => {
    expect(keyIdIn('true_380501112233@c.us_3EB0AA')).toBe('3EB0AA');
    expect(keyIdIn('true_1203@g.us_3EB0BB_380501112233@c.us')).toBe('3EB0BB');
    expect(keyIdIn('nonsense')).toBeNull();
  });
});
