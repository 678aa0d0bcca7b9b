import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { ACCOUNT_DEADLINES } from './account.context.js';
import { accountMachine } from './account.machine.js';

/**
 * The machine as data, for drawing: `GET /machines/account`, the inspector and the README's picture come from it.
 * `deadlinesMs`: how long this runtime waits for the event `deadline.{name}`.
 */
export function describeMachine(
  deadlinesMs: Readonly<Record<string, number>> = ACCOUNT_DEADLINES,
  machine: AnyStateMachine = accountMachine,
): MachineDefinition {
  const nodes = descendants(machine.root as AnyStateNode);
  return {
    id: machine.id,
    initial: pathOf(machine.root.initial.target[0]!),
    states: nodes.map((node) => ({
      id: pathOf(node),
      parent: node.parent && node.parent !== machine.root ? pathOf(node.parent) : null,
      initial: isCompound(node) ? pathOf(node.initial.target[0]!) : null,
      description: node.description ?? null,
      entry: node.entry.map(nameOfPart),
      exit: node.exit.map(nameOfPart),
    })),
    transitions: [machine.root as AnyStateNode, ...nodes].flatMap((node) => transitionsOf(node, deadlinesMs)),
  };
}

/** The same as a Mermaid state diagram. Pure: the same machine gives the same text. */
export function drawMachine({ initial, states, transitions }: MachineDefinition): string {
  /** What the root takes holds in every status that says nothing else of it; a diagram has no root to draw it from. */
  const spreadOverStatuses = (edge: Edge): Edge[] => {
    if (edge.from !== '') return [edge];
    const statuses = states.filter(({ parent }) => parent === null).map(({ id }) => id);
    const own = (status: string) => transitions.some(({ from, event }) => from === status && event === edge.event);
    return statuses.filter((status) => !own(status)).map((from) => ({ ...edge, from }));
  };
  const nameOf = (path: string) => path.replaceAll('.', '_');
  const lines = ['stateDiagram-v2', `  [*] --> ${nameOf(initial.split('.', 1)[0]!)}`];
  const draw = (parent: string | null, pad: string): void => {
    for (const state of states.filter((s) => s.parent === parent)) {
      const label = state.id.split('.').at(-1)!;
      if (state.initial === null) {
        lines.push(`${pad}${nameOf(state.id)}: ${label}`);
        continue;
      }
      lines.push(`${pad}state ${nameOf(state.id)} {`, `${pad}  [*] --> ${nameOf(state.initial)}`);
      draw(state.id, `${pad}  `);
      lines.push(`${pad}}`);
    }
  };
  draw(null, '  ');
  for (const { from, to, event, guard } of transitions.flatMap(spreadOverStatuses)) {
    if (to === null) continue;
    lines.push(`  ${nameOf(from)} --> ${nameOf(to)}: ${event}${guard ? ` [${guard}]` : ''}`);
  }
  return `${lines.join('\n')}\n`;
}

type Edge = MachineDefinition['transitions'][number];

const pathOf = (node: AnyStateNode): string => node.path.join('.');
const isCompound = (node: AnyStateNode): boolean => Object.keys(node.states).length > 0;
const descendants = (node: AnyStateNode): AnyStateNode[] =>
  (Object.values(node.states) as AnyStateNode[]).flatMap((child) => [child, ...descendants(child)]);

function transitionsOf(
  node: AnyStateNode,
  deadlinesMs: Readonly<Record<string, number>>,
): MachineDefinition['transitions'] {
  return [...node.transitions].flatMap(([event, transitions]) =>
    transitions.flatMap((transition) =>
      (transition.target ?? [null]).map((target) => ({
        from: pathOf(node),
        to: target ? pathOf(target) : null,
        event: String(event),
        guard: transition.guard ? nameOfPart(transition.guard) : null,
        delayMs: deadlinesMs[/^deadline\.(\w+)$/.exec(String(event))?.[1] ?? ''] ?? null,
        actions: transition.actions.map(nameOfPart),
      })),
    ),
  );
}

const nameOfPart = (part: unknown): string =>
  typeof part === 'string' ? part : ((part as { readonly type?: string }).type ?? 'unnamed');
