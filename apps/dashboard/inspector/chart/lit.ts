import { edgeId } from './chart-graph.js';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { lineageOf, type Way, wayOfStep, waysOut } from './ways.js';

/** What of the chart is in the light, and why. */
export interface Lit {
  /** The state that is shown, and those around it. */
  readonly active: ReadonlySet<string>;
  /** The innermost of them. */
  readonly leaf: string;
  /** Lines that lead out of the state that is looked at, and by which events. */
  readonly leading: ReadonlyMap<string, ReadonlySet<string>>;
  /** States that these lead to. */
  readonly within: ReadonlySet<string>;
  /** The line of the last step; null: the step was no transition of the machine. */
  readonly taken: string | null;
}

export interface Step {
  readonly seq: number;
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
}

/** `looked`: a state that a person has chosen, else the one that is shown. */
export function lightUp(machine: MachineDefinition, shown: string, looked: string, step: Step | null): Lit {
  const ways = waysOut(machine, looked).filter(({ from, to }) => from !== '' && to !== null);
  const taken = step ? wayOfStep(machine, step) : undefined;
  return {
    active: new Set(lineageOf(shown)),
    leaf: shown,
    leading: eventsByEdge(ways),
    within: new Set(ways.map(({ lands }) => lands!)),
    taken: taken?.to && taken.from !== '' ? edgeId(taken.from, taken.to) : null,
  };
}

function eventsByEdge(ways: readonly Way[]): ReadonlyMap<string, ReadonlySet<string>> {
  const events = new Map<string, Set<string>>();
  for (const { from, to, event } of ways) {
    const id = edgeId(from, to!);
    events.set(id, (events.get(id) ?? new Set()).add(event));
  }
  return events;
}
