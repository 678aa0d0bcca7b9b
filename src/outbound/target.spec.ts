import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-class.js';
import type { NamedAddress } from './names.js';
import { checkTarget } from './target.js';

const SOON = AbortSignal.timeout(60_000);
const named = (...addresses: readonly string[]): readonly NamedAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const rules = (known: Readonly<Record<string, readonly NamedAddress[]>> = {}) => ({
  mayReach: isPublicAddress,
  findAddresses: async (name: string) => known[name] ?? [],
});
const why = async (url: string, known?: Parameters<typeof rules>[0]) => {
  const verdict = await checkTarget(url, rules(known), SOON);
  return verdict.ok ? 'ok' : verdict.why;
};

describe('a URL that a stranger gave', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://[::1]:8080/',
    'http://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'http://①②⑦.0.0.1/',
  ])('%s leads to a place that is not public, however it is written', async (url) => {
    expect(await why(url)).toBe('forbidden');
  });

  it.each(['ftp://files.test/', 'file:///etc/passwd', 'gopher://a.test/', 'https://me:secret@a.test/', 'http://', 'x'])(
    '%s is never asked',
    async (url) => {
      expect(await why(url)).toBe('unusable');
    },
  );

  it('is reached at all addresses of its name, which must all be public', async () => {
    const known = { 'a.test': named('8.8.8.8', '2606:4700::1111'), 'b.test': named('8.8.8.8', '10.0.0.1') };
    expect(await checkTarget('https://a.test/x', rules(known), SOON)).toMatchObject({
      ok: true,
      target: { addresses: known['a.test'] },
    });
    expect(await why('https://b.test/x', known)).toBe('forbidden');
    expect(await why('https://c.test/x', known)).toBe('unreachable');
  });

  it('does not say which address is the private one', async () => {
    const verdict = await checkTarget('http://b.test/', rules({ 'b.test': named('10.20.30.40') }), SOON);
    expect(JSON.stringify(verdict)).not.toContain('10.20');
  });

  it('is given up when its name is not found in time', async () => {
    const over = new AbortController();
    const silent = { mayReach: () => true, findAddresses: () => new Promise<never>(() => undefined) };
    const verdict = checkTarget('https://a.test/', silent, over.signal);
    over.abort();
    expect(await verdict).toMatchObject({ ok: false, why: 'late' });
  });
});
