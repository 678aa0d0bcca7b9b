import { Controller, Get } from '@nestjs/common';
import { API_PREFIX } from '#libs/contracts/operation';
import type { SupervisionView } from '#libs/contracts/supervision';
import { SupervisionQueries } from '#src/application/supervision.queries';

@Controller(`${API_PREFIX}/supervision`)
export class SupervisionController {
  constructor(private readonly supervision: SupervisionQueries) {}

  @Get()
  show(): SupervisionView {
    return this.supervision.show();
  }
}
