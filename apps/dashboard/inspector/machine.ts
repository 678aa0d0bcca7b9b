import { useEffect, useState } from 'react';
import type { MusterClient } from '#libs/client/client';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { useShell } from '../parts/shell.js';
import { chartGraph, type ChartGraph } from './chart/chart-graph.js';
import type { Drawing } from './chart/elk-graph.js';
import { layOut } from './chart/layout.js';

export interface Machine {
  readonly definition: MachineDefinition;
  readonly graph: ChartGraph;
  /** Null: it is being laid out, or could not be. */
  readonly drawing: Drawing | null;
}
export interface ReadMachine {
  /** Null until its definition is here. */
  readonly machine: Machine | null;
  /** It could not be read or drawn; the rest of the page does without it. */
  readonly isMissing: boolean;
  readonly readAgain: () => void;
}

/** The account machine and its drawing. */
export function useMachine(): ReadMachine {
  const { muster } = useShell();
  const [machine, setMachine] = useState<Machine | null>(null);
  const [isMissing, setMissing] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const tell = (found: Machine): void => {
      if (isWanted) setMachine(found);
    };
    read(muster, tell).catch(() => isWanted && setMissing(true));
    return () => {
      isWanted = false;
    };
  }, [muster, tries]);
  const readAgain = (): void => {
    setMissing(false);
    setTries((count) => count + 1);
  };
  return { machine, isMissing, readAgain };
}

async function read(muster: MusterClient, tell: (machine: Machine) => void): Promise<void> {
  const definition = await muster.machines.account();
  const graph = chartGraph(definition);
  tell({ definition, graph, drawing: null });
  tell({ definition, graph, drawing: await layOut(graph) });
}
