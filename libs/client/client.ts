import type { ConfigurationView } from '#libs/contracts/configuration';
import type { CheckView, HealthView, RootView } from '#libs/contracts/health';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import type { SupervisionView } from '#libs/contracts/supervision';
import type { StatsView } from '#libs/contracts/stats';
import { type AccountsClient, createAccountsClient } from './accounts.client.js';
import { apiErrorOf } from './api-error.js';
import {
  type ChatsClient,
  type ContactsClient,
  createChatsClient,
  createContactsClient,
  createIsRegistered,
  type IsRegistered,
} from './chats.client.js';
import { createEventsClient, type EventsClient } from './events.client.js';
import { createLeasesClient, type LeasesClient } from './leases.client.js';
import { createMediaClient, type MediaClient } from './media.client.js';
import { createMessagesClient, type MessagesClient } from './messages.client.js';
import { createOutboxClient, type OutboxClient } from './outbox.client.js';
import { createStreamOpener, type OpenStream } from './stream.client.js';
import { type ClientOptions, createTransport } from './transport.js';
import { createWebhooksClient, type WebhooksClient } from './webhooks.client.js';

export interface MusterClient {
  readonly accounts: AccountsClient;
  readonly messages: MessagesClient;
  readonly media: MediaClient;
  readonly outbox: OutboxClient;
  readonly chats: ChatsClient;
  readonly contacts: ContactsClient;
  readonly isRegistered: IsRegistered;
  /** The durable log: in pages, to its end, or for ever. */
  readonly events: EventsClient;
  readonly webhooks: WebhooksClient;
  /** The account manager: accounts leased to services, within limits. */
  readonly leases: LeasesClient;
  /** What happens now, `supervisor` and `health` too. It opens a connection at once and resumes it by itself. */
  readonly stream: OpenStream;
  readonly machines: { account(): Promise<MachineDefinition> };
  /** The tree of supervisors as it is at this moment. */
  supervision(): Promise<SupervisionView>;
  /** Answers, too, when something is down: look at `status`. */
  readonly health: { full(): Promise<HealthView>; live(): Promise<CheckView>; ready(): Promise<CheckView> };
  /** Name, version and phase. */
  about(): Promise<RootView>;
  /** What it did in the last minute and hour, and how much waits. */
  stats(): Promise<StatsView>;
  /** Every variable as it was read, without secrets. */
  configuration(): Promise<ConfigurationView>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

/**
 * Muster's API as functions, for browsers and Node. Answers are read by the same schemas that describe them; every problem
 * rejects with MusterApiError; reads that hear 503 are asked again a few times, and whatever changes something is asked
 * once. Only `stream` and `events.follow` hold something open, until they are left.
 *
 *     import WebSocket from 'ws'; // Node 20 has none of its own
 *     const muster = createClient({ baseUrl: 'http://127.0.0.1:5001', apiKey, WebSocket });
 *     const { id } = await muster.accounts.create({ label: 'sales', provider: 'whatsapp' });
 *     await muster.accounts.connect(id);
 *     await muster.accounts.untilConnected(id);
 *     await muster.messages.send(id, { to: '+380441234567', text: 'hello' });
 *     for await (const frame of muster.stream({ topics: ['messages'] })) {
 *       const told = readEvent(frame); // of libs/contracts/event-data.ts: knows what each event holds
 *       if (told?.event === 'message.received') console.log(told.data.message.text);
 *     }
 */
export function createClient(options: ClientOptions): MusterClient {
  const transport = createTransport(options);
  const { call } = transport;
  const stream = createStreamOpener(options, transport);
  return {
    accounts: createAccountsClient(transport),
    messages: createMessagesClient(transport),
    media: createMediaClient(transport),
    outbox: createOutboxClient(transport),
    chats: createChatsClient(transport),
    contacts: createContactsClient(transport),
    isRegistered: createIsRegistered(transport),
    events: createEventsClient(transport, stream),
    webhooks: createWebhooksClient(transport),
    leases: createLeasesClient(transport),
    stream,
    machines: { account: () => call('showMachine', {}) },
    supervision: () => call('showSupervision', {}),
    health: {
      full: () => call('showHealth', {}),
      live: () => call('showLiveness', {}),
      ready: () => call('showReadiness', {}),
    },
    about: () => call('showRoot', {}),
    stats: () => call('showStats', {}),
    configuration: () => call('showConfiguration', {}),
    metrics: async () => {
      const response = await transport.fetch('showMetrics', {}, { headers: { accept: 'text/plain' } });
      if (!response.ok) throw await apiErrorOf(response);
      return response.text();
    },
  };
}
