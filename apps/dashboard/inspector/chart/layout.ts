import ELK from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import shippedText from './account.drawing.json?raw';
import type { ChartGraph } from './chart-graph.js';
import { type Drawing, fingerprint, readElk, type ShippedDrawing, toElk } from './elk-graph.js';

/** A machine does not change while the runtime runs, so that one drawing serves every account and every visit. */
const drawings = new Map<string, Promise<Drawing>>();
/** One for the runtime, one for a second that was updated meanwhile. */
const DRAWINGS_MAX = 2;
let elk: Elk | null = null;

/**
 * Where states and lines lie, worked out by ELK beside the page. That takes a cold ELK half a second, so the drawing of the
 * machine of this very version comes with the page (layout.spec.ts holds it to the code), and a page that is older than the
 * runtime behind it, after an upgrade, works out its own.
 */
export function layOut(graph: ChartGraph): Promise<Drawing> {
  const asked = toElk(graph);
  const key = fingerprint(asked);
  const known = drawings.get(key);
  if (known) return known;
  const drawing = shippedFor(key) ?? workOut(asked);
  if (drawings.size >= DRAWINGS_MAX) drawings.clear();
  drawings.set(key, drawing);
  // One that failed is asked for anew by the next visit; this one is told by its own promise.
  drawing.catch(() => drawings.delete(key));
  return drawing;
}

function shippedFor(key: string): Promise<Drawing> | null {
  const shipped = JSON.parse(shippedText) as ShippedDrawing;
  return shipped.fingerprint === key ? Promise.resolve(shipped.drawing) : null;
}

interface Elk {
  readonly engine: InstanceType<typeof ELK>;
  /** Rejects when its worker can’t be loaded, of which ELK itself says nothing: an upgrade may have taken the file away. */
  readonly failed: Promise<never>;
}

async function workOut(asked: ReturnType<typeof toElk>): Promise<Drawing> {
  const { engine, failed } = (elk ??= startElk());
  return readElk(await Promise.race([engine.layout(asked), failed]));
}

function startElk(): Elk {
  const worker = new Worker(workerUrl);
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = () => {
      worker.terminate();
      elk = null;
      reject(new Error('the worker that draws the machine could not be loaded'));
    };
  });
  return { engine: new ELK({ workerFactory: () => worker }), failed };
}
