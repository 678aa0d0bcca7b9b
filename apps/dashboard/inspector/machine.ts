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

/** The account machine and its drawing; null until its definition is here. What goes wrong is told, and leaves the rest standing. */
export function useMachine(): Machine | null {
  const { muster, fail } = useShell();
  const [machine, setMachine] = useState<Machine | null>(null);
  useEffect(() => {
    let isWanted = true;
    const tell = (found: Machine): void => {
      if (isWanted) setMachine(found);
    };
    read(muster, tell).catch((error: unknown) => isWanted && fail(error));
    return () => {
      isWanted = false;
    };
  }, [muster, fail]);
  return machine;
}

async function read(muster: MusterClient, tell: (machine: Machine) => void): Promise<void> {
  const definition = await muster.machines.account();
  const graph = chartGraph(definition);
  tell({ definition, graph, drawing: null });
  tell({ definition, graph, drawing: await layOut(graph) });
}
