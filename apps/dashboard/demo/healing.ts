import type { TransitionView } from '#libs/contracts/transition';

/** What became of an account after a strike, by the steps it has committed. */
export interface Healing {
  /** In ms since the strike; null: it has not left, or is not back. */
  readonly leftMs: number | null;
  readonly backMs: number | null;
  /** It has left and came to rest: a person has to act. */
  readonly restsAs: 'DISCONNECTED' | 'FAILED' | null;
}

export const UNMOVED: Healing = { leftMs: null, backMs: null, restsAs: null };

/** Whole and well: CONNECTED, and not degraded. */
const WELL = 'CONNECTED.online';

/**
 * `struckAt` and the steps are told by clocks of one machine. What begins after `nextAt`, when the account was struck again,
 * is not of this strike.
 */
export function healingOf(struckAt: string, steps: readonly TransitionView[], nextAt: string | null = null): Healing {
  const after = steps.filter(({ at }) => at >= struckAt).toSorted((a, b) => a.seq - b.seq);
  const isLeaving = ({ at, from, to }: TransitionView): boolean =>
    from === WELL && to !== WELL && (nextAt === null || at < nextAt);
  const left = after.findIndex(isLeaving);
  if (left < 0) return UNMOVED;
  const since = untilRest(after.slice(left));
  const back = since.find(({ to }) => to === WELL);
  const msAfter = ({ at }: TransitionView): number => Date.parse(at) - Date.parse(struckAt);
  return {
    leftMs: msAfter(since[0]!),
    backMs: back ? msAfter(back) : null,
    restsAs: back ? null : restOf(since.at(-1)!.to),
  };
}

/** At rest nothing moves it but a person, so that what comes after is their deed. */
function untilRest(steps: readonly TransitionView[]): readonly TransitionView[] {
  const rest = steps.findIndex(({ to }) => restOf(to) !== null);
  return rest < 0 ? steps : steps.slice(0, rest + 1);
}

function restOf(state: string): Healing['restsAs'] {
  if (state === 'DISCONNECTED.idle') return 'DISCONNECTED';
  return state === 'FAILED.idle' ? 'FAILED' : null;
}
