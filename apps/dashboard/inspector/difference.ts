import type { Context } from './life.js';

/** One field of what an account remembers, at two moments. */
export interface FieldPair {
  readonly name: string;
  readonly then: unknown;
  readonly now: unknown;
  readonly differs: boolean;
}

/** Field by field, in the order in which the machine has them; a field that one of them lacks is undefined there. */
export function compare(then: Context, now: Context): readonly FieldPair[] {
  const names = new Set([...Object.keys(then), ...Object.keys(now)]);
  return [...names].map((name) => ({
    name,
    then: then[name],
    now: now[name],
    differs: canonical(then[name]) !== canonical(now[name]),
  }));
}

/** The order of names within a value says nothing. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
