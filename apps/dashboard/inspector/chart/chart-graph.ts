import type { AccountStatus } from '#libs/contracts/account';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { landing, type Way } from './ways.js';

export interface ChartState {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly status: AccountStatus;
  /** Where one comes in who is sent to the state around it. */
  readonly isInitial: boolean;
  readonly hasChildren: boolean;
  readonly description: string | null;
  /** How long it may last; `ms` is null where the supervisor says how long. */
  readonly deadline: { readonly name: string; readonly ms: number | null } | null;
}

/**
 * All ways from one state to another are one line; all from one status to another as well, whichever of their states they
 * join. Each as its own line would be 57, of which nobody could follow one.
 */
export interface ChartEdge {
  readonly id: string;
  /** The states that it joins in the drawing. */
  readonly from: string;
  readonly to: string;
  /** Those that are told beside the line. */
  readonly own: readonly Way[];
  /** Those that many states have alike: told once for all of them, not beside every line. */
  readonly shared: readonly Way[];
}

export interface ChartGraph {
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
  /** What is taken in every state, by the machine itself. */
  readonly everywhere: readonly Way[];
}

/** From so many states alike it is a rule of the machine, and a label beside each of its lines would only hide the others. */
export const SHARED_SOURCES_MIN = 4;

/** The machine as states and lines; a pure function of its definition. */
export function chartGraph(machine: MachineDefinition): ChartGraph {
  const ways = machine.transitions.map((transition) => landing(machine, transition));
  return {
    states: machine.states.map((state) => stateOf(machine, state)),
    edges: edgesOf(ways.filter(({ from, to }) => from !== '' && to !== null)),
    everywhere: ways.filter(({ from }) => from === ''),
  };
}

/** Of the line that a way from one state to another is part of. */
export const edgeId = (from: string, to: string): string => endsOf(from, to).join(' → ');

function endsOf(from: string, to: string): readonly [string, string] {
  return areSiblings(from, to) ? [from, to] : [statusOf(from), statusOf(to)];
}

function edgesOf(ways: readonly Way[]): readonly ChartEdge[] {
  const isShared = (way: Way): boolean =>
    !areSiblings(way.from, way.to!) && sourcesLike(ways, way) >= SHARED_SOURCES_MIN;
  const edges = new Map<string, { from: string; to: string; own: Way[]; shared: Way[] }>();
  for (const way of ways) {
    const [from, to] = endsOf(way.from, way.to!);
    const id = edgeId(from, to);
    const edge = edges.get(id) ?? { from, to, own: [], shared: [] };
    edges.set(id, edge);
    edge[isShared(way) ? 'shared' : 'own'].push(way);
  }
  return [...edges].map(([id, edge]) => ({ id, ...edge }));
}

function sourcesLike(ways: readonly Way[], { event, to }: Way): number {
  return new Set(ways.filter((way) => way.event === event && way.to === to).map(({ from }) => from)).size;
}

const areSiblings = (a: string, b: string): boolean => statusOf(a) === statusOf(b);
const statusOf = (state: string): string => state.split('.', 1)[0]!;

function stateOf(
  { initial, states, transitions }: MachineDefinition,
  { id, parent, initial: first, description }: MachineDefinition['states'][number],
): ChartState {
  const due = transitions.find(({ from, event }) => from === id && event.startsWith('deadline.'));
  return {
    id,
    parent,
    name: id.split('.').at(-1)!,
    status: id.split('.', 1)[0] as AccountStatus,
    isInitial: (parent === null ? initial : states.find((state) => state.id === parent)?.initial) === id,
    hasChildren: first !== null,
    description,
    deadline: due ? { name: due.event.slice('deadline.'.length), ms: due.delayMs } : null,
  };
}
