import ELK from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { ChartGraph } from './chart-graph.js';
import { type Drawing, readElk, toElk } from './elk-graph.js';

/** A machine does not change while the runtime runs, so that one drawing serves every account and every visit. */
const drawings = new Map<string, Promise<Drawing>>();
/** One for the runtime, one for a second that was updated meanwhile. */
const DRAWINGS_MAX = 2;
let elk: InstanceType<typeof ELK> | null = null;

/** Starts reading the layouter, which takes longest of all, while the definition is still on its way. */
export function prepareLayout(): void {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
}

/** Where states and lines lie, worked out beside the page by ELK. */
export function layOut(graph: ChartGraph): Promise<Drawing> {
  const asked = toElk(graph);
  const key = JSON.stringify(asked);
  const known = drawings.get(key);
  if (known) return known;
  prepareLayout();
  const drawing = elk!.layout(asked).then(readElk);
  if (drawings.size >= DRAWINGS_MAX) drawings.clear();
  drawings.set(key, drawing);
  // One that failed is asked for anew by the next visit; this one is told by its own promise.
  drawing.catch(() => drawings.delete(key));
  return drawing;
}
