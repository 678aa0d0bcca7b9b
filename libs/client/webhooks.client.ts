import type { OperationAnswer } from '#libs/contracts/operations';
import type {
  CreateWebhook,
  DeliveryView,
  ListDeliveries,
  ListWebhooks,
  PatchWebhook,
  WebhookTest,
  WebhookView,
  WebhookWithSecret,
} from '#libs/contracts/webhook';
import { pagesOf } from './pages.js';
import type { Transport } from './transport.js';

export interface WebhooksClient {
  /** Only this answer shows the secret. */
  create(webhook: CreateWebhook): Promise<WebhookWithSecret>;
  get(id: string): Promise<WebhookView>;
  /** Oldest first. */
  list(query?: ListWebhooks): Promise<OperationAnswer<'listWebhooks'>>;
  all(query?: Omit<ListWebhooks, 'cursor'>): AsyncGenerator<WebhookView, void, undefined>;
  patch(id: string, patch: PatchWebhook): Promise<WebhookView>;
  delete(id: string): Promise<void>;
  /** Events go on being kept for it. */
  pause(id: string): Promise<WebhookView>;
  resume(id: string): Promise<WebhookView>;
  /** One signed event that is in no log, now. */
  test(id: string): Promise<WebhookTest>;
  /** Newest first. */
  deliveries(id: string, query?: ListDeliveries): Promise<OperationAnswer<'listDeliveries'>>;
  allDeliveries(id: string, query?: Omit<ListDeliveries, 'cursor'>): AsyncGenerator<DeliveryView, void, undefined>;
  redeliver(id: string, deliveryId: string): Promise<DeliveryView>;
  /** All that were given up, in order; answers how many. */
  redeliverDead(id: string): Promise<number>;
  /** Of all webhooks, the newest events first; `{ state: 'dead' }`: all that was given up. */
  everyDelivery(query?: ListDeliveries): Promise<OperationAnswer<'listAllDeliveries'>>;
  /** All that were given up, of all webhooks; answers how many. */
  redeliverEveryDead(): Promise<number>;
}

export function createWebhooksClient({ call }: Transport): WebhooksClient {
  const list = (query: ListWebhooks = {}) => call('listWebhooks', { query });
  const deliveries = (id: string, query: ListDeliveries = {}) => call('listDeliveries', { params: { id }, query });
  return {
    create: (body) => call('createWebhook', { body }),
    get: (id) => call('showWebhook', { params: { id } }),
    list,
    all: (query = {}) => pagesOf((cursor) => list({ ...query, cursor })),
    patch: (id, body) => call('patchWebhook', { params: { id }, body }),
    delete: async (id) => {
      await call('deleteWebhook', { params: { id } });
    },
    pause: (id) => call('pauseWebhook', { params: { id } }),
    resume: (id) => call('resumeWebhook', { params: { id } }),
    test: (id) => call('testWebhook', { params: { id } }),
    deliveries,
    allDeliveries: (id, query = {}) => pagesOf((cursor) => deliveries(id, { ...query, cursor })),
    redeliver: (id, deliveryId) => call('redeliver', { params: { id, deliveryId } }),
    everyDelivery: (query = {}) => call('listAllDeliveries', { query }),
    redeliverEveryDead: async () => (await call('redeliverAllDead', {})).count,
    redeliverDead: async (id) => (await call('redeliverDead', { params: { id } })).count,
  };
}
