import { isIP } from 'node:net';

/** Is this host, a name or an address without brackets, one that only this machine can mean? */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
