import { type IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a page of somebody else asks, which a browser on this machine would let it do: one of another origin, or one whose
 * own name was bound anew to 127.0.0.1 (DNS rebinding). Browsers always send a Host, and an Origin with whatever could change
 * anything; programs may leave both out. As the runtime judges its callers (src/api/caller-check.ts).
 */
export function isForeign({ host, origin }: IncomingHttpHeaders): boolean {
  const isMeantForUs = host === undefined || isLoopback(nameIn(host));
  const isFromUs = origin === undefined || hostOf(origin) === hostOf(`http://${host}`);
  return !isMeantForUs || !isFromUs;
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Without port and brackets; what is no host at all is nobody's name. */
function nameIn(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
