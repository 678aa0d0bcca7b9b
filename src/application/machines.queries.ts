import { Injectable } from '@nestjs/common';
import { describeMachine } from '#libs/account/account.chart';
import type { MachineDefinition } from '#libs/contracts/machine-definition';

@Injectable()
export class MachinesQueries {
  private definition: MachineDefinition | null = null;

  /** The machine does not change while the program runs: it is walked once. */
  account(): MachineDefinition {
    return (this.definition ??= describeMachine());
  }
}
