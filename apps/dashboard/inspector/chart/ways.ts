import type { MachineDefinition } from '#libs/contracts/machine-definition';

/** A transition as somebody in a certain state meets it. */
export type Way = MachineDefinition['transitions'][number] & {
  /** The innermost state that is entered; null: it stays where it is. */
  readonly lands: string | null;
};

/** Who speaks: it decides the sign beside an event, and which of them are buttons. */
export type Speaker = 'person' | 'provider' | 'clock' | 'muster';

export const PERSONS_COMMANDS = ['connect', 'disconnect', 'restart', 'logout'] as const;
export type PersonsCommand = (typeof PERSONS_COMMANDS)[number];

export function speakerOf(event: string): Speaker {
  if (commandOf(event) !== null) return 'person';
  if (event.startsWith('driver.')) return 'provider';
  return event.startsWith('deadline.') ? 'clock' : 'muster';
}

/** What a person may send by the API. */
export function commandOf(event: string): PersonsCommand | null {
  return PERSONS_COMMANDS.find((name) => event === `account.${name}`) ?? null;
}

/**
 * All that is taken in this state: its own ways first, then those of the states around it, those of the machine last. What a
 * state takes in any case never comes to those around it.
 */
export function waysOut(machine: MachineDefinition, state: string): readonly Way[] {
  const ways: Way[] = [];
  const settled = new Set<string>();
  for (const level of [...lineageOf(state), '']) {
    const own = machine.transitions.filter(({ from, event }) => from === level && !settled.has(event));
    ways.push(...own.map((way) => landing(machine, way)));
    for (const { event, guard } of own) if (guard === null) settled.add(event);
  }
  return ways;
}

/** The way by which a step was taken; undefined: no transition of today's machine does that. */
export function wayOfStep(
  machine: MachineDefinition,
  step: { readonly from: string | null; readonly to: string; readonly event: string },
): Way | undefined {
  if (step.from === null) return undefined;
  return waysOut(machine, step.from).find(({ event, lands }) => event === step.event && lands === step.to);
}

/** `CONNECTING.queued` → itself, then `CONNECTING`. */
export function lineageOf(state: string): readonly string[] {
  const parts = state.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}

export function landing(machine: MachineDefinition, way: MachineDefinition['transitions'][number]): Way {
  return { ...way, lands: way.to === null ? null : innermost(machine, way.to) };
}

function innermost(machine: MachineDefinition, state: string): string {
  const initial = machine.states.find(({ id }) => id === state)?.initial;
  return initial ? innermost(machine, initial) : state;
}
