/**
 * Does it with a signal that comes with the caller's, or after `msMax`. Not by `AbortSignal.any` over `AbortSignal.timeout`:
 * nothing else holds the latter, and the former only weakly, so that Node 20 clears it away, and its time never comes.
 */
export async function inTime<T>(
  signal: AbortSignal,
  msMax: number,
  run: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), msMax);
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
