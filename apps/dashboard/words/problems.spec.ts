import { describe, expect, it } from 'vitest';
import { LEASE_FAILURES } from '#libs/contracts/account-manager/fence';
import { PROBLEMS } from '#libs/contracts/problem';
import { CATALOGUE, LANGUAGES } from './language.js';

describe.each(LANGUAGES)('what Muster says no with, in %s', (language) => {
  const { problems, sending } = CATALOGUE[language];
  const hasNoWords = (told: Readonly<Record<string, string>>) => (code: string) => !told[code]?.trim();

  it('has words for each refusal', () => expect(Object.keys(PROBLEMS).filter(hasNoWords(problems))).toEqual([]));
  it('has words for each failure of a message under a lease', () =>
    expect(Object.keys(LEASE_FAILURES).filter(hasNoWords(sending.errors))).toEqual([]));
  it('speaks to people, not of headers', () =>
    expect(problems.leased + problems.account_cooling + problems.target_refused).not.toMatch(/X-/));
});
