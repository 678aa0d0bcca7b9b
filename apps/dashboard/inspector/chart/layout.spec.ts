import ELK from 'elkjs';
import { format, resolveConfig } from 'prettier';
import { expect, it, vi } from 'vitest';
import { describeMachine } from '#libs/account/account.chart';
import { chartGraph } from './chart-graph.js';
import { type Box, fingerprint, readElk, type ShippedDrawing, toElk } from './elk-graph.js';
import { layOut } from './layout.js';

const FILE = new URL('account.drawing.json', import.meta.url).pathname;

it('the drawing that comes with the page is that of the machine (npm run draw renews it)', async () => {
  const asked = toElk(chartGraph(describeMachine()));
  const shipped: ShippedDrawing = {
    fingerprint: fingerprint(asked),
    drawing: readElk(await new ELK().layout(structuredClone(asked))),
  };
  const options = await resolveConfig(FILE);
  await expect(await format(JSON.stringify(shipped), { ...options, filepath: FILE })).toMatchFileSnapshot(FILE);
});

it('has a place of its own for every label: none lies on another, or on a state', async () => {
  const graph = chartGraph(describeMachine());
  const { states, edges } = readElk(await new ELK().layout(toElk(graph)));
  const leaves = graph.states.filter(({ hasChildren }) => !hasChildren).map(({ id }) => [id, states[id]!] as const);
  const labels = Object.entries(edges).flatMap(([id, { label }]) => (label ? [[id, label] as const] : []));
  expect(labels).toHaveLength(graph.edges.filter(({ id, own }) => own.length > 0 && edges[id]).length);
  const boxes = [...leaves, ...labels];
  const collisions = boxes.flatMap(([one, a], i) =>
    boxes.slice(i + 1).flatMap(([other, b]) => (overlap(a, b) ? [`${one} on ${other}`] : [])),
  );
  expect(collisions).toEqual([]);
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

it('of another version fails, and does not stay away for ever, when its worker is gone', async () => {
  class GoneWorker {
    onerror: () => void = () => undefined;
    onmessage: unknown;
    postMessage = (): void => this.onerror();
    terminate = (): void => undefined;
  }
  vi.stubGlobal('Worker', GoneWorker);
  const graph = chartGraph(describeMachine());
  const other = { ...graph, edges: graph.edges.slice(1) };
  await expect(layOut(other)).rejects.toThrow('could not be loaded');
  await expect(layOut(other)).rejects.toThrow('could not be loaded');
  expect(await layOut(graph)).toHaveProperty('states');
  vi.unstubAllGlobals();
});

it('is the same whatever the deadlines are set to', () => {
  const [one, other] = [{}, { launch: 1_500, scan: 3_600_000 }].map((deadlines) =>
    fingerprint(toElk(chartGraph(describeMachine({ ...describeDefaults, ...deadlines })))),
  );
  expect(one).toBe(other);
});

const describeDefaults = { launch: 60_000, scan: 300_000, authentication: 1, queue: 1, degraded: 1, close: 1, kill: 1 };
