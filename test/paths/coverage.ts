import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { accountMachine } from '#libs/account/account.machine';
import { stateOf } from '#libs/account/account.snapshot';
import type { Edge } from './graph.js';
import type { Model } from './model.js';
import { type Move, nameOf } from './moves.js';

type Transition = ReturnType<AnyStateMachine['getTransitionData']>[number];
const MACHINE = accountMachine as AnyStateMachine;

/** Which transitions of the chart were taken, and which moves were made in which state. */
export class Coverage {
  private readonly taken = new Set<Transition>();
  private readonly made = new Set<string>();
  private readonly seen = new Set<Edge>();

  count(edge: Edge, before: Model, { given }: Model): void {
    if (this.seen.has(edge)) return;
    this.seen.add(edge);
    this.made.add(pairOf(before, edge.move));
    for (const { account, event } of given)
      for (const transition of MACHINE.getTransitionData(account as never, event)) this.taken.add(transition);
  }

  get pairs(): ReadonlySet<string> {
    return this.made;
  }

  /** Each as `state -- event [guard] → target`. */
  missing(): readonly string[] {
    return allTransitions()
      .filter((transition) => !this.taken.has(transition))
      .map(describe);
  }

  report(): string {
    const all = allTransitions().length;
    return `${all - this.missing().length} of ${all} transitions of the chart`;
  }
}

export const pairOf = (model: Model, move: Move): string => `${stateOf(model.account)} ${nameOf(move)}`;

/** Guarded ones, and those that stand in the root or a status for all states below, count once each where they stand. */
function allTransitions(): readonly Transition[] {
  const nodes = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodes)];
  return nodes(MACHINE.root as AnyStateNode).flatMap((node) => [...node.transitions.values()].flat());
}

function describe({ source, eventType, guard, target }: Transition): string {
  const to = target?.map(({ path }) => path.join('.')).join() ?? '(stays)';
  return `${source.path.join('.') || '(root)'} -- ${eventType}${guard ? ` [${JSON.stringify(guard)}]` : ''} → ${to}`;
}
