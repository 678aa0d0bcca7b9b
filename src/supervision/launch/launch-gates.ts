import type { Provider } from '#libs/contracts/account';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { AccountChild } from '../account-child.js';
import { type BrakeNote, type BrakeStatus, type GateReport, LaunchGate } from './launch-gate.js';
import type { Clock } from '../ports.js';

export interface LaunchGatesWorld {
  readonly launchParallelMax: Readonly<Record<Provider, number>>;
  readonly clock: Clock;
  readonly noteBrake: (note: BrakeNote) => void;
}

/** A node's ways to a launch, one for each provider: one that is away must not hold up another. */
export class LaunchGates {
  private readonly gates = new Map<Provider, LaunchGate>();

  constructor(
    private readonly world: LaunchGatesWorld,
    private readonly children: ReadonlyMap<string, AccountChild>,
  ) {}

  of(provider: Provider): LaunchGate {
    const { launchParallelMax, clock, noteBrake: note } = this.world;
    const parallelMax = launchParallelMax[provider];
    const countWanted = (): number => this.countWanted(provider);
    const gate = this.gates.get(provider) ?? new LaunchGate({ provider, parallelMax, clock, countWanted, note });
    this.gates.set(provider, gate);
    return gate;
  }

  /** Notes of the sessions' supervisor tell of every end, when it happens: the brake can't wait for commits. */
  hear(note: SupervisorNote): void {
    if (note.type !== 'exited') return;
    const child = this.children.get(note.ref.id);
    if (child) this.of(child.provider).ended(note.ref.id, note.exit.class);
  }

  close(): void {
    for (const gate of this.gates.values()) gate.close();
  }

  get status(): readonly BrakeStatus[] {
    return [...this.gates.values()].map(({ status }) => status);
  }

  get reports(): readonly GateReport[] {
    return [...this.gates.values()].map(({ report }) => report);
  }

  isHeld(provider: Provider, accountId: string): boolean {
    return this.gates.get(provider)?.isHeld(accountId) ?? false;
  }

  private countWanted(provider: Provider): number {
    let count = 0;
    for (const child of this.children.values())
      if (child.provider === provider && child.state.desired === 'CONNECTED') count += 1;
    return count;
  }
}
