import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './account.js';
import { settingsFaultsOf } from './provider-settings.js';

const pathsOf = (settings: unknown) => settingsFaultsOf('simulated', settings).map(({ path }) => path);

describe('the settings that a provider can read', () => {
  it.each(PROVIDERS)('of %s may be none', (provider) => {
    expect(settingsFaultsOf(provider, {})).toEqual([]);
  });

  it('are told by the place of each fault, with what was expected there', () => {
    expect(pathsOf({ readyMs: -1, phone: '12', scan: 'never', readMs: null, jitter: 0.5 })).toEqual([
      'body.settings.scan',
      'body.settings.phone',
      'body.settings.readyMs',
    ]);
    const [fault] = settingsFaultsOf('simulated', { phone: '12' });
    expect(fault).toEqual({ path: 'body.settings.phone', message: expect.stringContaining('E.164') as string });
  });

  it.each([{ readyMs: 'soon' }, { readyMs: null }, { launchMs: 3_600_001 }, { jitter: 1.1 }, { qrLifetimeMs: 9 }])(
    'are not %o',
    (settings) => expect(pathsOf(settings)).toEqual([`body.settings.${Object.keys(settings)[0]}`]),
  );

  it('may have names beside them that are others’', () => {
    expect(pathsOf({ theirs: { readyMs: -1 }, pace: { gapMsMin: 5 }, launchMs: 3_600_000 })).toEqual([]);
    expect(settingsFaultsOf('whatsapp', { readyMs: -1 })).toEqual([]);
  });
});
