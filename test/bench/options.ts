import { parseArgs } from 'node:util';

export const BENCHES = [
  'restore',
  'storm',
  'latency',
  'start',
  'accept',
  'leases',
  'sending',
  'stream',
  'whatsapp-restore',
  'whatsapp-rest',
  'whatsapp-heal',
] as const;
export type BenchName = (typeof BENCHES)[number];

export interface BenchOptions {
  readonly only: readonly BenchName[];
  /** Where the figures are written as JSON, too. */
  readonly json: string | null;
  readonly accounts: number;
  readonly rounds: number;
  /** WhatsApp accounts, each with a real browser. */
  readonly browsers: number;
  /** Of each fault. */
  readonly trials: number;
  /** Parts of the names of the faults to heal; empty: all. */
  readonly faults: readonly string[];
}

export const USAGE = `npm run bench -- [--only ${BENCHES.join('|')}]… [--json FILE] [--accounts 10000] [--rounds 3] [--browsers 10] [--trials 20] [--fault killed]…`;

/** Throws a RangeError or a parse error that names what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [...BENCHES] },
      json: { type: 'string' },
      accounts: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      browsers: { type: 'string', default: '10' },
      trials: { type: 'string', default: '20' },
      fault: { type: 'string', multiple: true, default: [] },
    },
  });
  return {
    only: values.only.map(benchNamed),
    json: values.json ?? null,
    accounts: countOf('accounts', values.accounts),
    rounds: countOf('rounds', values.rounds),
    browsers: countOf('browsers', values.browsers),
    trials: countOf('trials', values.trials),
    faults: values.fault,
  };
}

function benchNamed(name: string): BenchName {
  const found = BENCHES.find((bench) => bench === name);
  if (!found) throw new RangeError(`no benchmark ${name}; there are ${BENCHES.join(', ')}`);
  return found;
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`--${name} must be a whole number from 1 on`);
  return count;
}
