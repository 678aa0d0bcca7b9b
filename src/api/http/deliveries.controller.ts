import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import type { DeliveryView } from '#libs/contracts/webhook';
import { WebhooksQueries } from '#src/application/webhooks.queries';
import { WebhooksService } from '#src/application/webhooks.service';
import { Input } from './input.decorator.js';

/** What all webhooks were told, or could not be. */
@Controller(`${API_PREFIX}/deliveries`)
export class DeliveriesController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly queries: WebhooksQueries,
  ) {}

  @Get()
  list(@Input('listAllDeliveries') { query }: OperationInput<'listAllDeliveries'>): Promise<Page<DeliveryView>> {
    return this.queries.allDeliveries(query);
  }

  @Post('redeliver')
  @HttpCode(202)
  redeliverDead(): Promise<{ count: number }> {
    return this.webhooks.redeliverAllDead();
  }
}
