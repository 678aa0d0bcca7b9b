import { Gauge, type Registry } from 'prom-client';

/** Of one provider: are restarts being held because many of its accounts fell at once, and how many. */
export interface BrakeFigures {
  readonly provider: string;
  readonly on: boolean;
  readonly held: number;
}

export function addBrakeGauges(registry: Registry, brakes: () => readonly BrakeFigures[]): void {
  const labelNames = ['provider'] as const;
  const registers = [registry];
  const on = new Gauge({
    name: 'muster_restart_brake',
    help: '1 while automatic restarts are held because many accounts fell at once',
    labelNames,
    registers,
    collect() {
      for (const brake of brakes()) on.set({ provider: brake.provider }, brake.on ? 1 : 0);
    },
  });
  const held = new Gauge({
    name: 'muster_restart_brake_held',
    help: 'restarts that are held',
    labelNames,
    registers,
    collect() {
      for (const brake of brakes()) held.set({ provider: brake.provider }, brake.held);
    },
  });
}
