import type { SupervisionView } from '#libs/contracts/supervision';
import type { MusterClient } from '#libs/client/client';
import { follow, isRefused } from '../parts/follow.js';

export interface Supervision {
  /** Null until it was read once. */
  readonly view: SupervisionView | null;
  /** How far the clock of the node is ahead of the browser's, in milliseconds. */
  readonly aheadMs: number;
  /** Why the last question had no answer; null: it had one. */
  readonly error: unknown;
}
export const NOTHING_SEEN: Supervision = { view: null, aheadMs: 0, error: null };

/** News come by the dozen when many fall; an answer a second is enough for eyes. */
const ASK_GAP_MS = 1_000;
/** Without news: memory and queues change in silence. */
const ASK_EVERY_MS = 5_000;
const AGAIN_AFTER_MS = 2_000;
/** `health` has each part looked at, so that one that is away is noticed. */
const NEWS = ['accounts', 'supervisor', 'health'] as const;

/** The supervisors as they are, asked again whenever there is news of them, until `signal` ends it. A hidden page asks nothing. */
export function followSupervision(
  muster: MusterClient,
  tell: (change: (known: Supervision) => Supervision) => void,
  signal: AbortSignal,
): void {
  const look = createLook(muster, tell, signal);
  const timer = setInterval(look, ASK_EVERY_MS);
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', () => clearInterval(timer));
  look();
  void follow(muster, { topics: NEWS, signal }, { take: look, line: look, failed: (error) => !isRefused(error) });
}

/** Asks at once, or as soon as the last question is long enough ago; one question at a time. */
function createLook(
  muster: MusterClient,
  tell: (change: (known: Supervision) => Supervision) => void,
  signal: AbortSignal,
): () => void {
  let askedAt = -Infinity;
  let planned = false;
  const ask = async (): Promise<void> => {
    planned = false;
    if (document.hidden || signal.aborted) return;
    askedAt = performance.now();
    try {
      const view = await muster.supervision();
      tell(() => ({ view, aheadMs: Date.parse(view.at) - Date.now(), error: null }));
    } catch (error) {
      tell((known) => ({ ...known, error }));
      setTimeout(look, AGAIN_AFTER_MS);
    }
  };
  const look = (): void => {
    if (planned || signal.aborted) return;
    planned = true;
    setTimeout(() => void ask(), Math.max(0, askedAt + ASK_GAP_MS - performance.now()));
  };
  return look;
}
