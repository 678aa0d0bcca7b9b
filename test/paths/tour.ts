import type { Edge, PathGraph } from './graph.js';

/** Longer paths fail less readably, and shorter ones begin anew more often. */
const PATH_STEPS_MAX = 200;

/**
 * Paths that together take every edge: each begins with the shortest path to a place, makes all moves there that lead
 * nowhere else, and goes on to the nearest edges that none has taken before.
 */
export function* tours({ edges, paths }: PathGraph): Generator<readonly Edge[], void, undefined> {
  const left = new Map([...edges].map(([place, out]) => [place, out.filter(({ to }) => to !== place)]));
  for (const [place, path] of paths) {
    const here = edges.get(place)!.filter(({ to }) => to === place);
    const tour = [...path, ...here];
    for (let way = takeNext(place, left, edges); way && tour.length < PATH_STEPS_MAX; ) {
      tour.push(...way);
      way = takeNext(way.at(-1)!.to, left, edges);
    }
    yield tour;
  }
  const rest = [...left.values()].flat();
  for (const edge of rest) yield [...paths.get(edge.from)!, edge];
}

/** The shortest way from here that ends with an edge not taken yet, which is taken by that. Null: there is none. */
function takeNext(from: string, left: ReadonlyMap<string, Edge[]>, edges: PathGraph['edges']): readonly Edge[] | null {
  const ways = new Map<string, readonly Edge[]>([[from, []]]);
  for (const [place, way] of ways) {
    const edge = left.get(place)!.pop();
    if (edge) return [...way, edge];
    for (const onward of edges.get(place)!) if (!ways.has(onward.to)) ways.set(onward.to, [...way, onward]);
  }
  return null;
}

/** All paths of at most so many moves that come to no state of the chart twice, as far as they go. */
export function* simplePaths({ edges }: PathGraph, movesMax: number): Generator<readonly Edge[], void, undefined> {
  const [start] = edges.keys();
  yield* extended([], start!, new Set([chartState(start!)]));

  function* extended(path: readonly Edge[], at: string, been: ReadonlySet<string>): ReturnType<typeof simplePaths> {
    const onward = path.length < movesMax ? edges.get(at)!.filter(({ to }) => !been.has(chartState(to))) : [];
    if (onward.length === 0) yield path;
    for (const edge of onward) yield* extended([...path, edge], edge.to, new Set([...been, chartState(edge.to)]));
  }
}

/** A place begins with it. */
const chartState = (place: string): string => place.split(' ', 1)[0]!;
