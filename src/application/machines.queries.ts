import { Inject, Injectable } from '@nestjs/common';
import { describeMachine } from '#libs/account/account.chart';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { MACHINE_DEADLINES } from './stores.js';

@Injectable()
export class MachinesQueries {
  private definition: MachineDefinition | null = null;

  constructor(@Inject(MACHINE_DEADLINES) private readonly deadlinesMs: Readonly<Record<string, number>>) {}

  /** The machine does not change while the program runs: it is walked once. */
  account(): MachineDefinition {
    return (this.definition ??= describeMachine(this.deadlinesMs));
  }
}
