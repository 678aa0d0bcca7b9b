import { type Fault, type FaultName, type FaultView, type SlowStage } from './fault-words.js';

/** Whom a stage deals with, as far as it is known there; before the pairing nobody is. */
export interface Who {
  readonly device?: string | undefined;
  readonly number?: string | undefined;
}

type Named<Name extends FaultName> = Extract<FaultView, { name: Name }>;

export interface Faults {
  /** Names what is set on this device, number or everybody, strikes once with it, or says undefined. */
  strike<Name extends FaultName>(
    name: Name,
    who: Who,
    suits?: (fault: Named<Name>) => boolean,
  ): Named<Name> | undefined;
  /** The same question without striking. */
  isSet(name: FaultName, who: Who): boolean;
  /** How much longer than usual a stage takes, in ms. */
  slowBy(stage: SlowStage, who: Who): number;
  /** Undefined when FAULTS_MAX are set already. */
  set(fault: Fault): FaultView | undefined;
  remove(id: string): Fault | undefined;
  list(): readonly FaultView[];
  clear(): void;
}

/** A test sets a handful for each account; the cap only stops a loop that forgot to clear. */
export const FAULTS_MAX = 10_000;

/**
 * The one place where faults live. Each stage of the stand-in asks here whether it should misbehave;
 * a fault knows only its name, parameters and aim, and the stage knows how to act it out.
 */
export function createFaults(onStrike: (fault: FaultView, who: Who) => void = () => {}): Faults {
  const entries = new Map<string, FaultView>();
  let count = 0;

  function find(suits: (fault: FaultView) => boolean, who: Who): FaultView | undefined {
    for (const fault of entries.values()) {
      if (suits(fault) && aimsAt(fault, who) && fault.struck < (fault.times ?? Infinity)) return fault;
    }
    return undefined;
  }

  function strike(suits: (fault: FaultView) => boolean, who: Who): FaultView | undefined {
    const found = find(suits, who);
    if (found === undefined) return undefined;
    const struck = { ...found, struck: found.struck + 1 };
    entries.set(found.id, struck);
    onStrike(struck, who);
    return struck;
  }

  return {
    strike<Name extends FaultName>(name: Name, who: Who, suits: (fault: Named<Name>) => boolean = () => true) {
      const isNamed = (fault: FaultView): fault is Named<Name> => fault.name === name;
      return strike((fault) => isNamed(fault) && suits(fault), who) as Named<Name> | undefined;
    },
    isSet: (name, who) => find((fault) => fault.name === name, who) !== undefined,
    slowBy(stage, who) {
      const slow = strike((fault) => fault.name === 'slow' && fault.stage === stage, who);
      return slow?.name === 'slow' ? slow.ms : 0;
    },
    set(fault) {
      if (entries.size >= FAULTS_MAX) return undefined;
      const view = { ...fault, id: `f${++count}`, struck: 0 };
      entries.set(view.id, view);
      return view;
    },
    remove(id) {
      const fault = entries.get(id);
      entries.delete(id);
      return fault;
    },
    list: () => [...entries.values()],
    clear: () => entries.clear(),
  };
}

/** An aim at nobody in particular is at everybody. */
export function aimsAt(fault: Who, who: Who): boolean {
  if (fault.device !== undefined) return fault.device === who.device;
  if (fault.number !== undefined) return fault.number === who.number;
  return true;
}
