import { fromTransition, type SnapshotFrom } from 'xstate';
import { type AdjacencyValue, getAdjacencyMap, getShortestPaths, type TraversalOptions } from 'xstate/graph';
import { abstractionOf } from './abstraction.js';
import { isPossible, make, type Model, NEW_MODEL } from './model.js';
import { type Move, MOVES, nameOf } from './moves.js';

export interface Edge {
  readonly move: Move;
  readonly from: string;
  readonly to: string;
}

export interface PathGraph {
  /** Out of each place, one edge for each move that is possible there. */
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  readonly models: ReadonlyMap<string, Model>;
  /** One shortest path to each place. */
  readonly paths: ReadonlyMap<string, readonly Edge[]>;
}

/** More than this, and something in the abstraction counts without end. */
const EDGES_MAX = 200_000;

/** All places that an account can be in, and how one comes from one to the other. Nothing is sampled. */
export function makeGraph(): PathGraph {
  const logic = fromTransition(remembered(), NEW_MODEL);
  type Snapshot = SnapshotFrom<typeof logic>;
  const options: TraversalOptions<Snapshot, Move, unknown> = {
    events: MOVES,
    limit: EDGES_MAX,
    filterEvents: ({ context }: Snapshot, move: Move) => isPossible(context, move),
    serializeState: ({ context }: Snapshot) => abstractionOf(context),
    serializeEvent: nameOf,
  };
  const places = Object.entries(
    getAdjacencyMap(logic, options) as Readonly<Record<string, AdjacencyValue<Snapshot, Move>>>,
  );
  const edges = places.map(([from, { transitions }]) => {
    const out = Object.values(transitions).map(({ event, state }) => ({
      move: event,
      from,
      to: abstractionOf(state.context),
    }));
    return [from, out] as const;
  });
  const paths = getShortestPaths(logic, options).map(({ state, steps }) => {
    const stops = [...steps.map((step) => abstractionOf(step.state.context)), abstractionOf(state.context)];
    // xstate begins each path with its own start event.
    const own = steps.map(({ event }, i) => ({ move: event, from: stops[i - 1] ?? '', to: stops[i]! })).slice(1);
    return [abstractionOf(state.context), own] as const;
  });
  return {
    edges: new Map(edges),
    models: new Map(places.map(([place, { state }]) => [place, state.context])),
    paths: new Map(paths),
  };
}

/** The graph is walked twice, and the same move of the same model gives the same. */
function remembered(): typeof make {
  const known = new WeakMap<Model, Map<Move, Model>>();
  return (model, move) => {
    const after = known.get(model) ?? new Map<Move, Model>();
    known.set(model, after);
    const made = after.get(move) ?? make(model, move);
    after.set(move, made);
    return made;
  };
}
