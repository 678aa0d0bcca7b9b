import { setImmediate } from 'node:timers/promises';

/** To be awaited between the steps of a long work: now and then it lets the event loop do something else. */
export type Pace = () => Promise<void> | undefined;

/** A work that began with this never holds up the event loop for longer than `sliceMsMax` and one step. */
export function createPace(sliceMsMax: number): Pace {
  let began = performance.now();
  return () => (performance.now() - began < sliceMsMax ? undefined : giveTurn());

  async function giveTurn(): Promise<void> {
    await setImmediate();
    began = performance.now();
  }
}
