import { Controller, Get, Inject } from '@nestjs/common';
import type { ConfigurationView } from '#libs/contracts/configuration';
import { API_PREFIX } from '#libs/contracts/operation';
import type { StatsView } from '#libs/contracts/stats';
import { StatsQueries } from '#src/application/stats.queries';
import { CONFIGURATION } from '#src/config/configuration';

/** How this runtime is set, and how it does. */
@Controller(API_PREFIX)
export class StatsController {
  constructor(
    private readonly queries: StatsQueries,
    @Inject(CONFIGURATION) private readonly inForce: ConfigurationView,
  ) {}

  @Get('stats')
  stats(): Promise<StatsView> {
    return this.queries.show();
  }

  @Get('configuration')
  configuration(): ConfigurationView {
    return this.inForce;
  }
}
