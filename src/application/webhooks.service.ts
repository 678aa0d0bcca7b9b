import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { PAGE_ITEMS_MAX } from '#libs/contracts/limits/calls';
import { DELIVERY_ROWS_MAX } from '#libs/contracts/limits/news';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type {
  createWebhookSchema,
  DeliveryView,
  patchWebhookSchema,
  WebhookTest,
  WebhookView,
  WebhookWithSecret,
} from '#libs/contracts/webhook';
import type { EventBus } from '#src/events/event-bus';
import { EVENT_BUS, WEBHOOK_STORE, WEBHOOK_TARGETS, type WebhookStore, type WebhookTargets } from './stores.js';

/** Sets who is told of events, and has events told again. */
@Injectable()
export class WebhooksService {
  constructor(
    @Inject(WEBHOOK_STORE) private readonly store: WebhookStore,
    @Inject(WEBHOOK_TARGETS) private readonly targets: WebhookTargets,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
  ) {}

  /** The only answer that shows the secret. */
  async create(asked: OutputOf<typeof createWebhookSchema>): Promise<Outcome<WebhookWithSecret>> {
    const { url, events } = asked;
    const target = await this.targets.check(url);
    if (!target.ok) return target;
    const secret = asked.secret ?? newSecret();
    const label = asked.label ?? new URL(url).host;
    const made = await this.store.create({
      id: newId(),
      label,
      url,
      accountId: asked.accountId ?? null,
      events: [...new Set(events)],
      secret,
    });
    return made.ok ? accepted({ ...made.webhook, secret }) : refused(made.why);
  }

  async patch(id: string, patch: OutputOf<typeof patchWebhookSchema>): Promise<Outcome<WebhookView>> {
    const target = patch.url === undefined ? accepted(null) : await this.targets.check(patch.url);
    if (!target.ok) return target;
    return (await this.store.patch(id, patch, Date.now())) ? this.show(id) : refused('webhook_not_found');
  }

  async delete(id: string): Promise<Outcome<null>> {
    await inParts(() => this.store.removeDeliveries(id));
    return (await this.store.remove(id)) ? accepted(null) : refused('webhook_not_found');
  }

  async pause(id: string): Promise<Outcome<WebhookView>> {
    const at = Date.now();
    const paused = await this.store.pause(id, 'person', at);
    if (paused) this.bus.publish({ event: 'webhook.paused', accountId: paused.accountId, at, webhookId: id });
    return this.show(id);
  }

  async resume(id: string): Promise<Outcome<WebhookView>> {
    const at = Date.now();
    const resumed = await this.store.resume(id, at);
    if (resumed) this.bus.publish({ event: 'webhook.resumed', accountId: resumed.accountId, at, webhookId: id });
    return this.show(id);
  }

  async test(id: string): Promise<Outcome<WebhookTest>> {
    const target = await this.store.target(id);
    if (target === null) return refused('webhook_not_found');
    const allowed = await this.targets.check(target.url);
    return allowed.ok ? accepted(await this.targets.test(id, target)) : allowed;
  }

  async redeliver(id: string, deliveryId: string): Promise<Outcome<DeliveryView>> {
    const delivery = await this.store.redeliver(id, deliveryId, Date.now());
    if (delivery !== null) return accepted(delivery);
    return refused((await this.store.find(id)) === null ? 'webhook_not_found' : 'delivery_not_found');
  }

  async redeliverDead(id: string): Promise<Outcome<{ count: number }>> {
    if ((await this.store.find(id)) === null) return refused('webhook_not_found');
    const at = Date.now();
    return accepted({ count: await inParts(() => this.store.redeliverDead(id, at)) });
  }

  async redeliverAllDead(): Promise<{ count: number }> {
    const at = Date.now();
    let sum = 0;
    for (let cursor: string | undefined; ; ) {
      const { items, nextCursor } = await this.store.list({ limit: PAGE_ITEMS_MAX, cursor });
      for (const { id } of items.filter(({ deliveries }) => deliveries.dead > 0))
        sum += await inParts(() => this.store.redeliverDead(id, at));
      if (nextCursor === null) return { count: sum };
      cursor = nextCursor;
    }
  }

  private async show(id: string): Promise<Outcome<WebhookView>> {
    const webhook = await this.store.find(id);
    return webhook === null ? refused('webhook_not_found') : accepted(webhook);
  }
}

/** There may be a million of them, which is more than one answer of the store has time for. Answers how many there were. */
async function inParts(part: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    const count = await part();
    sum += count;
    if (count < DELIVERY_ROWS_MAX) return sum;
  }
}

/** 256 bits: as much as the signature has. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`;
