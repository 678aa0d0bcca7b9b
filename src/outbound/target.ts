import { isIP } from 'node:net';
import { OUTBOUND_ADDRESSES_MAX } from '#libs/contracts/limits/media';
import type { FindAddresses, NamedAddress } from './names.js';

/** A URL with the very addresses to connect to; another answer of the name server changes nothing any more. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly NamedAddress[];
}

/**
 * `unusable`: no URL that Muster would ever ask. `forbidden`: it leads to a place that is not public. `unreachable`: nobody
 * is there, or not now. `late`: not done when the signal came.
 */
export interface NotReached {
  readonly ok: false;
  readonly why: 'unusable' | 'forbidden' | 'unreachable' | 'late';
  readonly detail: string;
}
export type TargetVerdict = { readonly ok: true; readonly target: Target } | NotReached;

export interface TargetRules {
  readonly mayReach: (address: string) => boolean;
  readonly findAddresses: FindAddresses;
}

/** Where a URL that a stranger gave leads, and whether we go there. Every address of the name must be public. */
export async function checkTarget(text: string, rules: TargetRules, signal: AbortSignal): Promise<TargetVerdict> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const fault = faultOf(url);
  if (url === null || fault !== null) return { ok: false, why: 'unusable', detail: fault ?? '' };
  const addresses = await addressesOf(url.hostname, rules.findAddresses, signal);
  if (addresses === null) return { ok: false, why: 'late', detail: `${url.hostname} was not found in time.` };
  if (addresses.length === 0) return { ok: false, why: 'unreachable', detail: `${url.hostname} is not known.` };
  // One that is not public among others that are is how an attacker plays with the order of connecting.
  if (!addresses.every(({ address }) => rules.mayReach(address))) {
    return { ok: false, why: 'forbidden', detail: `${url.hostname} leads to an address that is not public.` };
  }
  return { ok: true, target: { url, addresses: addresses.slice(0, OUTBOUND_ADDRESSES_MAX) } };
}

function faultOf(url: URL | null): string | null {
  if (url === null) return 'This is not a URL.';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'Only http and https URLs are asked.';
  if (url.username !== '' || url.password !== '') return 'A URL with a user name or password is not asked.';
  return null;
}

/** Null when the signal came first. The URL's parser has already brought every odd way to write an IPv4 address into one. */
async function addressesOf(
  hostname: string,
  find: FindAddresses,
  signal: AbortSignal,
): Promise<readonly NamedAddress[] | null> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(literal);
  if (family === 4 || family === 6) return [{ address: literal, family }];
  let giveUp: () => void = () => undefined;
  const late = new Promise<null>((resolve) => (giveUp = () => resolve(null)));
  if (signal.aborted) return null;
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([find(hostname, signal), late]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
