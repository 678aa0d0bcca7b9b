/**
 * Imported before anything that takes time to load, so that a signal is heard from the first line of the program on. Until
 * then Node ends by it, with nothing opened. What comes before `onSignals` waits for it.
 */

/**
 * npm passes a signal on to its script, also a Ctrl-C that the terminal has told to the whole group already. What comes
 * this soon after the first is its echo and must not count as the second one, which kills browsers; no finger is so fast.
 */
const SIGNAL_ECHO_MS_MAX = 300;

type Handle = (signal: NodeJS.Signals) => void;

const early: NodeJS.Signals[] = [];
let handle: Handle = (signal) => void early.push(signal);
let firstAt: number | null = null;

/** `start` and `demo` in package.json run by `exec`: a shell in between would die of npm's SIGTERM and not pass it on. */
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    const now = performance.now();
    if (firstAt !== null && now - firstAt < SIGNAL_ECHO_MS_MAX) return;
    firstAt ??= now;
    handle(signal);
  });

/** Calls at once for each that came already. */
export function onSignals(handleFromNowOn: Handle): void {
  handle = handleFromNowOn;
  for (const signal of early.splice(0)) handle(signal);
}
