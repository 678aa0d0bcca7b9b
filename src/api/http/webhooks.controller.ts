import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import type { DeliveryView, WebhookTest, WebhookView, WebhookWithSecret } from '#libs/contracts/webhook';
import { WebhooksQueries } from '#src/application/webhooks.queries';
import { WebhooksService } from '#src/application/webhooks.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(`${API_PREFIX}/webhooks`)
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly queries: WebhooksQueries,
  ) {}

  @Post()
  async create(@Input('createWebhook') { body }: OperationInput<'createWebhook'>): Promise<WebhookWithSecret> {
    return valueOf(await this.webhooks.create(body));
  }

  @Get()
  list(@Input('listWebhooks') { query }: OperationInput<'listWebhooks'>): Promise<Page<WebhookView>> {
    return this.queries.list(query);
  }

  @Get(':id')
  async show(@Input('showWebhook') { params }: OperationInput<'showWebhook'>): Promise<WebhookView> {
    return valueOf(await this.queries.show(params.id));
  }

  @Patch(':id')
  async patch(@Input('patchWebhook') { params, body }: OperationInput<'patchWebhook'>): Promise<WebhookView> {
    return valueOf(await this.webhooks.patch(params.id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Input('deleteWebhook') { params }: OperationInput<'deleteWebhook'>): Promise<void> {
    valueOf(await this.webhooks.delete(params.id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  async pause(@Input('pauseWebhook') { params }: OperationInput<'pauseWebhook'>): Promise<WebhookView> {
    return valueOf(await this.webhooks.pause(params.id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  async resume(@Input('resumeWebhook') { params }: OperationInput<'resumeWebhook'>): Promise<WebhookView> {
    return valueOf(await this.webhooks.resume(params.id));
  }

  @Post(':id/test')
  @HttpCode(200)
  async test(@Input('testWebhook') { params }: OperationInput<'testWebhook'>): Promise<WebhookTest> {
    return valueOf(await this.webhooks.test(params.id));
  }

  @Get(':id/deliveries')
  async deliveries(
    @Input('listDeliveries') { params, query }: OperationInput<'listDeliveries'>,
  ): Promise<Page<DeliveryView>> {
    return valueOf(await this.queries.deliveries(params.id, query));
  }

  @Post(':id/deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  async redeliver(@Input('redeliver') { params }: OperationInput<'redeliver'>): Promise<DeliveryView> {
    return valueOf(await this.webhooks.redeliver(params.id, params.deliveryId));
  }

  @Post(':id/redeliver')
  @HttpCode(202)
  async redeliverDead(@Input('redeliverDead') { params }: OperationInput<'redeliverDead'>): Promise<{ count: number }> {
    return valueOf(await this.webhooks.redeliverDead(params.id));
  }
}
