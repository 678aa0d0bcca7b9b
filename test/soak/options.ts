import { parseArgs } from 'node:util';

export const SOAK_PROVIDERS = ['whatsapp', 'simulated'] as const;
export type SoakProvider = (typeof SOAK_PROVIDERS)[number];

export interface SoakOptions {
  readonly minutes: number;
  readonly accounts: number;
  readonly provider: SoakProvider;
  /** Chooses faults and whom they strike. */
  readonly seed: number;
  /** Where soak.json and soak.svg are written. */
  readonly out: string;
}

export const USAGE =
  'npm run soak -- [--minutes 60] [--accounts 4] [--provider whatsapp|simulated] [--seed 1] [--out soak]';

/** Throws a RangeError or a parse error that names what is wrong. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      accounts: { type: 'string', default: '4' },
      provider: { type: 'string', default: 'whatsapp' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: 'soak' },
    },
  });
  const provider = SOAK_PROVIDERS.find((name) => name === values.provider);
  if (!provider) throw new RangeError(`--provider is one of ${SOAK_PROVIDERS.join(', ')}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError('--minutes must be a number above 0');
  return {
    minutes,
    provider,
    accounts: countOf('accounts', values.accounts, 1),
    seed: countOf('seed', values.seed, 0),
    out: values.out,
  };
}

function countOf(name: string, text: string, least: number): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < least)
    throw new RangeError(`--${name} must be a whole number from ${least} on`);
  return count;
}
