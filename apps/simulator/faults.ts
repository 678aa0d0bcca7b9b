import { type Fault, type FaultName, type FaultView, type SlowStage } from './fault-words.js';

/** Whom a stage deals with, as far as it is known there; before the pairing nobody is. */
export interface Who {
  readonly device?: string | undefined;
  readonly number?: string | undefined;
}

type Named<Name extends FaultName> = Extract<Fault, { name: Name }>;

export interface Faults {
  /** Names what is set on this device, number or everybody, strikes once with it, or says undefined. */
  strike<Name extends FaultName>(name: Name, who: Who): Named<Name> | undefined;
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
export function createFaults(): Faults {
  const entries = new Map<string, { fault: Fault; struck: number }>();
  let count = 0;

  function find(suits: (fault: Fault) => boolean, who: Who): { fault: Fault; struck: number } | undefined {
    for (const entry of entries.values()) {
      if (suits(entry.fault) && aimsAt(entry.fault, who) && entry.struck < (entry.fault.times ?? Infinity))
        return entry;
    }
    return undefined;
  }

  return {
    strike<Name extends FaultName>(name: Name, who: Who) {
      const entry = find((fault) => fault.name === name, who);
      if (entry === undefined) return undefined;
      entry.struck += 1;
      return entry.fault as Named<Name>;
    },
    isSet: (name, who) => find((fault) => fault.name === name, who) !== undefined,
    slowBy(stage, who) {
      const entry = find((fault) => fault.name === 'slow' && fault.stage === stage, who);
      if (entry === undefined || entry.fault.name !== 'slow') return 0;
      entry.struck += 1;
      return entry.fault.ms;
    },
    set(fault) {
      if (entries.size >= FAULTS_MAX) return undefined;
      const id = `f${++count}`;
      entries.set(id, { fault, struck: 0 });
      return { ...fault, id, struck: 0 };
    },
    remove(id) {
      const entry = entries.get(id);
      entries.delete(id);
      return entry?.fault;
    },
    list: () => [...entries].map(([id, { fault, struck }]) => ({ ...fault, id, struck })),
    clear: () => entries.clear(),
  };
}

/** An aim at nobody in particular is at everybody. */
export function aimsAt(fault: Who, who: Who): boolean {
  if (fault.device !== undefined) return fault.device === who.device;
  if (fault.number !== undefined) return fault.number === who.number;
  return true;
}
