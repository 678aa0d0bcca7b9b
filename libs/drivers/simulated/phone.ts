/** Numbers of simulated phones start with +999, which no country has. */
const PREFIX = '+999';
const DIGITS = 12;

/** The same account always gets the same number; two of 10,000 share one with a chance of 1 in 20,000. */
export function phoneOf(accountId: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of accountId) {
    hash ^= BigInt(char.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return PREFIX + (hash % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, '0');
}

/** `+380…` and `380…@c.us` name the same chat; null when it is neither a phone nor a chat. */
export function chatOf(to: string): string | null {
  if (/^\+[1-9]\d{6,14}$/.test(to)) return `${to.slice(1)}@c.us`;
  return /^[\w.-]{1,64}@[cg]\.us$/.test(to) ? to : null;
}

/** The phone behind a chat of two, or null for a group. */
export function phoneOfChat(chatId: string): string | null {
  const digits = /^(\d+)@c\.us$/.exec(chatId)?.[1];
  return digits === undefined ? null : `+${digits}`;
}
