import { type ProcessIdentity, thisProcess } from '#libs/processes/process-identity';
import type { ProcessEntry } from '#libs/processes/process-entry';

/** Chromium ignores flags that it doesn't know; this one tells whose browser it is, also when its owner is long dead. */
const FLAG = '--muster-owner=';

export function ownerFlag(): string {
  const { pid, startTime } = thisProcess();
  return `${FLAG}${pid}_${startTime}`;
}

/** A browser's own process, not one of its helpers (renderer, network …), which carry `--type=`. */
export function isBrowser(entry: ProcessEntry): boolean {
  return !entry.arguments().some((argument) => argument.startsWith('--type=') || argument.includes(' --type='));
}

/**
 * Started by a process of ours. Whoever holds our lock on the profile may end it: its owner is dead or has let go of it,
 * and nobody else will ever close it.
 */
export function isOurs(entry: ProcessEntry): boolean {
  return ownerIn(entry.arguments()) !== null;
}

export function ownerIn(commandLine: readonly string[]): ProcessIdentity | null {
  const match = new RegExp(`(?:^|\\s)${FLAG}(\\d+)_([^\\s_]+)`).exec(commandLine.join(' '));
  return match === null ? null : { pid: Number(match[1]), startTime: match[2] ?? '' };
}
