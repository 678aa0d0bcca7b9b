import type { CheckView, HealthView } from '#libs/contracts/health';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { type AccountsClient, createAccountsClient } from './accounts.client.js';
import { createMediaClient, type MediaClient } from './media.client.js';
import { createMessagesClient, type MessagesClient } from './messages.client.js';
import { createOutboxClient, type OutboxClient } from './outbox.client.js';
import { type ClientOptions, createTransport } from './transport.js';

export interface MusterClient {
  readonly accounts: AccountsClient;
  readonly messages: MessagesClient;
  readonly media: MediaClient;
  readonly outbox: OutboxClient;
  readonly machines: { account(): Promise<MachineDefinition> };
  /** Answers, too, when something is down: look at `status`. */
  readonly health: { full(): Promise<HealthView>; live(): Promise<CheckView>; ready(): Promise<CheckView> };
}

/**
 * Muster's API as functions. Answers are read by the same schemas that describe them; every problem rejects with
 * MusterApiError; reads that hear 503 are asked again a few times. Holds nothing open.
 */
export function createClient(options: ClientOptions): MusterClient {
  const transport = createTransport(options);
  const { call } = transport;
  return {
    accounts: createAccountsClient(transport),
    messages: createMessagesClient(transport),
    media: createMediaClient(transport),
    outbox: createOutboxClient(transport),
    machines: { account: () => call('showMachine', {}) },
    health: {
      full: () => call('showHealth', {}),
      live: () => call('showLiveness', {}),
      ready: () => call('showReadiness', {}),
    },
  };
}
