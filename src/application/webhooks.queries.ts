import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '#libs/contracts/page';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { DeliveryView, WebhookView } from '#libs/contracts/webhook';
import { type DeliveryQuery, WEBHOOK_STORE, type WebhookQuery, type WebhookStore } from './stores.js';

@Injectable()
export class WebhooksQueries {
  constructor(@Inject(WEBHOOK_STORE) private readonly store: WebhookStore) {}

  list(query: WebhookQuery): Promise<Page<WebhookView>> {
    return this.store.list(query);
  }

  async show(id: string): Promise<Outcome<WebhookView>> {
    const webhook = await this.store.find(id);
    return webhook === null ? refused('webhook_not_found') : accepted(webhook);
  }

  async deliveries(id: string, query: DeliveryQuery): Promise<Outcome<Page<DeliveryView>>> {
    const webhook = await this.store.find(id);
    return webhook === null ? refused('webhook_not_found') : accepted(await this.store.deliveries(id, query));
  }

  allDeliveries(query: DeliveryQuery): Promise<Page<DeliveryView>> {
    return this.store.allDeliveries(query);
  }
}
