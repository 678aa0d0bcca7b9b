import type { NodeStage } from './node-stage.js';

/** The next commits break the actor: a bug of ours, as seen from outside. */
export function breakActor(stage: NodeStage, times: number): void {
  const record = stage.recorder.record.bind(stage.recorder);
  let left = times;
  stage.recorder.record = (entry) => {
    if (left === 0 || entry.transitions.some(({ event }) => event === 'actor.gave_up')) return record(entry);
    left -= 1;
    return Promise.reject(new Error('a bug'));
  };
}
