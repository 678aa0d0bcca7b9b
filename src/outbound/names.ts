import { lookup, Resolver } from 'node:dns/promises';
import { OUTBOUND_DNS_MS_MAX, OUTBOUND_SYSTEM_LOOKUPS_MAX } from '#libs/contracts/limits/media';
import { createPlaces } from './places.js';

export interface NamedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name, none when nobody knows it. */
export type FindAddresses = (name: string, signal: AbortSignal) => Promise<readonly NamedAddress[]>;

/**
 * Asks the name servers ourselves, and the system (its hosts file and search domains) for what they don't know. Not the
 * system first: its look-up occupies one of the four threads that also read and write every file of this process, for as
 * long as a stranger's name server pleases.
 */
export function createFinder(): FindAddresses {
  const resolver = new Resolver({ timeout: OUTBOUND_DNS_MS_MAX / 2, tries: 2 });
  const places = createPlaces(OUTBOUND_SYSTEM_LOOKUPS_MAX, WAITING_MAX);
  return async (name, signal) => {
    if (/(^|\.)localhost\.?$/i.test(name)) return LOOPBACK;
    const answers = await Promise.all([
      resolver.resolve4(name).then(asFamily(4), nothing),
      resolver.resolve6(name).then(asFamily(6), nothing),
    ]);
    const found = answers.flat();
    if (found.length > 0) return found;
    const leave = await places.take(signal);
    if (leave === null) return [];
    return lookup(name, { all: true })
      .then((all) => all.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }) as const), nothing)
      .finally(leave);
  };
}

const LOOPBACK: readonly NamedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
const WAITING_MAX = 20;

const asFamily =
  (family: 4 | 6) =>
  (addresses: readonly string[]): readonly NamedAddress[] =>
    addresses.map((address) => ({ address, family }));

/** Why a name is not found makes no difference to anybody here. */
const nothing = (): readonly NamedAddress[] => [];
