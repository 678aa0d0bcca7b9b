import { describe, expect, it } from 'vitest';
import type { ConfigurationVariable } from '#libs/contracts/configuration';
import { ALL_VARIABLES, filterVariables } from './configuration-filter.js';

const variable = (name: string, more: Partial<ConfigurationVariable> = {}): ConfigurationVariable => ({
  name,
  value: 1,
  default: 1,
  unit: null,
  from: 'default',
  hidden: 0,
  description: 'What it is for.',
  ...more,
});
const all = [
  variable('PORT', { value: 5_002, from: 'environment' }),
  variable('PROBE_EVERY_MS', { from: 'environment' }),
  variable('API_KEYS', { value: [], default: null, hidden: 2 }),
  variable('LOG_LEVEL', { value: 'info', default: 'info', description: 'Least level that is logged.' }),
];
const names = (filter: Partial<typeof ALL_VARIABLES>) =>
  filterVariables(all, { ...ALL_VARIABLES, ...filter }).map(({ name }) => name);

describe('variables', () => {
  it('are found by name, with spaces for underscores, by value and by description', () => {
    expect(names({})).toHaveLength(4);
    expect(names({ text: 'probe every' })).toEqual(['PROBE_EVERY_MS']);
    expect(names({ text: 'Probe_Every' })).toEqual(['PROBE_EVERY_MS']);
    expect(names({ text: '5002' })).toEqual(['PORT']);
    expect(names({ text: 'logged' })).toEqual(['LOG_LEVEL']);
  });

  it('can be narrowed to what differs from the default, secrets that are set among it', () => {
    expect(names({ changedOnly: true })).toEqual(['PORT', 'API_KEYS']);
  });
});
