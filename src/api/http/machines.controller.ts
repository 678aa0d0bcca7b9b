import { Controller, Get } from '@nestjs/common';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { API_PREFIX } from '#libs/contracts/operation';
import { MachinesQueries } from '#src/application/machines.queries';

@Controller(`${API_PREFIX}/machines`)
export class MachinesController {
  constructor(private readonly machines: MachinesQueries) {}

  @Get('account')
  account(): MachineDefinition {
    return this.machines.account();
  }
}
