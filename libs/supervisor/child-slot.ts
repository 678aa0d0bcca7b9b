import type { ChildRun } from './child-run.js';
import type { ChildRef, ChildSpec, Down } from './child-spec.js';
import { NO_RESTARTS, type RestartHistory } from './restart-policy.js';

/** What a supervisor knows of one id, over all its lives. */
export interface ChildSlot {
  readonly spec: ChildSpec;
  /** In the start order: later started, higher. A restart keeps it. From 0 on. */
  readonly place: number;
  /** Of the present life, else of the last. */
  incarnation: number;
  /** When that life began, milliseconds since 1970. */
  startedAt: number;
  history: RestartHistory;
  run: ChildRun | null;
  /** Its successor is due: by the timer, or with its group when there is none. */
  waiting: boolean;
  timer: unknown;
  /** Its owner wants it ended: it rests, however it ends. */
  barred: boolean;
  /** To be dropped when it is gone. */
  forgotten: boolean;
  lastDown: Down | null;
}

export type ChildState = 'running' | 'stopping' | 'waiting' | 'down';

export function createSlot(spec: ChildSpec, place: number, earlier: ChildSlot | undefined): ChildSlot {
  return {
    spec,
    place,
    incarnation: Math.max(spec.lastIncarnation ?? 0, earlier?.incarnation ?? 0),
    startedAt: 0,
    history: spec.history ?? earlier?.history ?? NO_RESTARTS,
    run: null,
    waiting: false,
    timer: null,
    barred: false,
    forgotten: false,
    lastDown: earlier?.lastDown ?? null,
  };
}

export function stateOf({ run, waiting }: ChildSlot): ChildState {
  if (run) return run.stopping ? 'stopping' : 'running';
  return waiting ? 'waiting' : 'down';
}

export function refOf({ spec, incarnation }: ChildSlot): ChildRef {
  return { id: spec.id, incarnation };
}
