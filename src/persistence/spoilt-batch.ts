/**
 * Did one row spoil the statement for all in it: a value that its column refuses (22), a file or an account that went
 * meanwhile (23), two nodes that wait for each other's keys (40P01)? Then each may succeed alone.
 */
export function spoilsItsBatch(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^(22|23)...$|^40P01$/.test(code);
}
