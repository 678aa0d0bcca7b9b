import { beforeAll, describe, expect, it } from 'vitest';
import { Coverage, pairOf } from './coverage.js';
import { type Edge, makeGraph, type PathGraph } from './graph.js';
import { isPossible } from './model.js';
import { MOVES } from './moves.js';
import { simplePaths, tours } from './tour.js';
import { Walk } from './walk.js';

/** Longer ones repeat what shorter ones have shown, and there are a hundred times as many of them with each two moves. */
const SIMPLE_PATH_MOVES_MAX = 6;
/** Beside three other suites on two processors; alone it is a tenth. */
const TEST_MS_MAX = 300_000;

/**
 * R1: all that may happen to an account, in every state it can be in, on the real thing: child, commit loop, supervisor
 * and session keeper, with a driver that follows the path. walk.ts has what must hold after each step.
 */
describe('an account', () => {
  const coverage = new Coverage();
  let graph: PathGraph;
  beforeAll(() => void (graph = makeGraph()));

  async function goAll(paths: Iterable<readonly Edge[]>): Promise<{ readonly paths: number; readonly steps: number }> {
    const sum = { paths: 0, steps: 0 };
    for (const path of paths) {
      const walk = new Walk(coverage);
      for (const edge of path) await walk.go(edge);
      await walk.end();
      sum.paths += 1;
      sum.steps += path.length;
    }
    return sum;
  }

  it(
    'does what the model says in each place, reached by a shortest path, whatever comes there',
    async () => {
      const edges = [...graph.edges.values()].flat();
      const { paths, steps } = await goAll(tours(graph));
      console.log(`${graph.edges.size} places, ${edges.length} edges: ${paths} paths, ${steps} steps`);
      const possible = [...graph.models.values()].flatMap((model) =>
        MOVES.filter((move) => isPossible(model, move)).map((move) => pairOf(model, move)),
      );
      expect(new Set(possible).size).toBeGreaterThan(0);
      expect([...new Set(possible)].filter((pair) => !coverage.pairs.has(pair))).toEqual([]);
    },
    TEST_MS_MAX,
  );

  it('is spared only those moves in a state that are listed: whoever forbids one more changes the list', async () => {
    const all = [...graph.models.values()].flatMap((model) =>
      MOVES.map((move) => ({ pair: pairOf(model, move), isMade: isPossible(model, move) })),
    );
    const made = new Set(all.flatMap(({ pair, isMade }) => (isMade ? [pair] : [])));
    const spared = new Set(all.flatMap(({ pair }) => (made.has(pair) ? [] : [pair])));
    await expect(`${[...spared].sort().join('\n')}\n`).toMatchFileSnapshot('spared.txt');
  });

  it(
    `does it on every simple path of ${SIMPLE_PATH_MOVES_MAX} moves`,
    async () => {
      const { paths, steps } = await goAll(simplePaths(graph, SIMPLE_PATH_MOVES_MAX));
      console.log(`simple paths: ${paths}, ${steps} steps`);
      expect(paths).toBeGreaterThan(1_000);
    },
    TEST_MS_MAX,
  );

  it('took every transition of its chart by that, each guard’s included', () => {
    console.log(`covered: ${coverage.report()}, ${coverage.pairs.size} pairs of a state and a move`);
    expect(coverage.missing()).toEqual([]);
  });
});
