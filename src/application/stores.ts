import type { Readable } from 'node:stream';
import type { AccountView, listAccountsSchema, PatchAccount, Provider, StoredAccount } from '#libs/contracts/account';
import type { LeaseBar } from '#libs/contracts/account-manager/fence';
import type { AccountExport } from '#libs/contracts/account-export';
import type { DriverCapability } from '#libs/contracts/capabilities';
import type { SendableKind } from '#libs/contracts/content';
import type { MediaSource, MediaView } from '#libs/contracts/media';
import type { listMessagesSchema, MessageView } from '#libs/contracts/message';
import type { OutboxPause, OutboxView } from '#libs/contracts/outbox';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import type { Outcome } from '#libs/contracts/refusals';
import type { StoredStats } from '#libs/contracts/stats';
import type { TransitionView } from '#libs/contracts/transition';
import type {
  DeliveryView,
  listDeliveriesSchema,
  listWebhooksSchema,
  patchWebhookSchema,
  WebhookPause,
  WebhookTest,
  WebhookView,
} from '#libs/contracts/webhook';
import type { MessageContent } from '#src/persistence/message-content';

/**
 * What the use-cases ask of the store; src/persistence answers. Every promise rejects when the store is away
 * (store-away.ts tells).
 */
export interface StoredAccounts<Account = StoredAccount> {
  create(account: NewAccount): Promise<Account>;
  /** Deleted accounts are not found, here and below. */
  find(id: string): Promise<Account | null>;
  list(query: AccountQuery): Promise<Page<Account>>;
  patch(id: string, patch: PatchAccount): Promise<Account | null>;
  /** False when there was none to delete. */
  markDeleted(id: string): Promise<boolean>;
}
/** The same, with what is measured of each beside it (accounts-with-browsers.ts). */
export type AccountStore = StoredAccounts<AccountView>;
export interface NewAccount {
  readonly id: string;
  readonly label: string;
  readonly provider: Provider;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly nodeId: string;
}
export type AccountQuery = OutputOf<typeof listAccountsSchema>;

export interface TransitionStore {
  /** Oldest first, those with a greater seq than `after`. */
  list(accountId: string, after: number, limit: number): Promise<readonly TransitionView[]>;
  /** The newest steps with a smaller seq than `before`, oldest first, and the snapshot of the same moment. */
  record(accountId: string, before: number | null, limit: number): Promise<AccountRecord>;
}
export interface AccountRecord {
  readonly steps: AccountExport['transitions'];
  /** Null: the account has never moved. `seq` is the step it stands behind. */
  readonly end: {
    readonly seq: number;
    readonly epoch: number;
    readonly writtenAt: string;
    readonly snapshot: unknown;
  } | null;
}

export interface SnapshotStore {
  find(
    accountId: string,
  ): Promise<{ readonly epoch: number; readonly writtenAt: string; readonly snapshot: unknown } | null>;
}

export interface MessageOutbox {
  accept(message: NewMessage): Promise<AcceptOutcome>;
  /** What came before under this key; null: nothing that is still remembered. */
  earlier(accountId: string, idempotencyKey: string, bodyHash: string, now: number): Promise<AcceptOutcome | null>;
  find(id: string): Promise<MessageView | null>;
  list(accountId: string, query: MessageQuery): Promise<Page<MessageView>>;
}
export interface NewMessage {
  readonly accountId: string;
  readonly kind: SendableKind;
  /** Phone or chat id, as it was given. */
  readonly to: string;
  readonly chatId: string;
  readonly text: string | null;
  readonly content: MessageContent | null;
  readonly mediaId: string | null;
  readonly targetId: string | null;
  readonly replyTo: string | null;
  readonly idempotencyKey: string | null;
  /** Of the lease under which it is sent; null: under none. */
  readonly fence: number | null;
  /** Of all that the caller has asked for. */
  readonly bodyHash: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly expiresAt: number;
}
export type AcceptOutcome =
  | { readonly created: boolean; readonly message: MessageView }
  | { readonly conflict: true }
  | { readonly full: true }
  /** The fence is not the one of the lease that lives, or there is a lease and no fence was given. */
  | { readonly fenced: true }
  /** Under its lease nothing is sent now, or not there. */
  | { readonly barred: LeaseBar }
  | { readonly unknownAccount: true };
export type MessageQuery = OutputOf<typeof listMessagesSchema>;

/** Outboxes as a whole. Times given are milliseconds since 1970. */
export interface OutboxStore {
  /** Null when there is no such account. */
  show(accountId: string): Promise<
    | (Omit<OutboxView, 'state' | 'pace'> & {
        readonly settings: Readonly<Record<string, unknown>>;
      })
    | null
  >;
  /** True when it was not paused before. */
  pause(accountId: string, at: number): Promise<boolean>;
  /** Who had paused it; null when it was not. */
  resume(accountId: string, at: number): Promise<OutboxPause | null>;
  /** The place of the last one that waits now; null when nothing does. */
  newestWaiting(accountId: string): Promise<string | null>;
  /** Gives up what waits up to this place, a part at a time. Answers what was given up; nothing when there is no more. */
  giveUp(accountId: string, newest: string): Promise<readonly MessageView[]>;
}

/** Of each provider that this runtime can run. */
export type DriverCapabilities = ReadonlyMap<Provider, ReadonlySet<DriverCapability>>;

/** Files, on the disk and in the store. What is not refused rejects: the store is away. */
export interface MediaStore {
  /** Those of deleted accounts, and those kept long enough, are not found. */
  find(id: string): Promise<MediaView | null>;
  /**
   * The file that a message is to carry, stored before this answers. It stays for at least an hour, and then as long as a
   * message that waits to be sent names it. Refusals: `media_not_found`, `media_unreachable`, `media_too_large`,
   * `target_forbidden`, `account_not_found`, `disk_full`, `busy`.
   */
  resolve(accountId: string, source: MediaSource): Promise<Outcome<MediaView>>;
  /** Keeps what comes, to its end. Refuses as `resolve`; then, too, `content` was destroyed. */
  keep(accountId: string, content: Readable, about: AboutMedia): Promise<Outcome<MediaView>>;
  /** Null as in `find`. Whoever opened it closes it, or reads one stream of it to its end. */
  open(id: string): Promise<OpenMedia | null>;
  /** Takes back what nothing names: a message came to nothing, or was there already. */
  discard(id: string): Promise<void>;
}
export interface AboutMedia {
  readonly origin: MediaView['origin'];
  readonly mimeType: string;
  readonly filename: string | null;
}
export interface OpenMedia {
  readonly media: MediaView;
  /** Bytes `first` to `last`, both included. Ends with the file closed, also when it is destroyed. */
  read(first: number, last: number): Readable;
  close(): Promise<void>;
}

/** Who is told of events, and what they were told. Times given are milliseconds since 1970. */
export interface WebhookStore {
  create(webhook: NewWebhook): Promise<CreatedWebhook>;
  find(id: string): Promise<WebhookView | null>;
  /** What a test call needs. */
  target(id: string): Promise<{ readonly url: string; readonly secret: string } | null>;
  /** Oldest first. */
  list(query: WebhookQuery): Promise<Page<WebhookView>>;
  /** False when there is no such webhook. */
  patch(id: string, patch: OutputOf<typeof patchWebhookSchema>, at: number): Promise<boolean>;
  /** A part of its deliveries, at most DELIVERY_ROWS_MAX. Answers how many. */
  removeDeliveries(id: string): Promise<number>;
  /** False when there was none to remove. */
  remove(id: string): Promise<boolean>;
  /** Whose it is; null when it was paused already, or there is none. */
  pause(id: string, by: WebhookPause, at: number): Promise<{ readonly accountId: string | null } | null>;
  /** Null when it was not paused, or there is none. */
  resume(id: string, at: number): Promise<{ readonly accountId: string | null } | null>;
  /** Newest first. */
  deliveries(id: string, query: DeliveryQuery): Promise<Page<DeliveryView>>;
  /** Of all webhooks. */
  allDeliveries(query: DeliveryQuery): Promise<Page<DeliveryView>>;
  /** It waits again, in its old place. Null when there is no such delivery of this webhook. */
  redeliver(id: string, deliveryId: string, at: number): Promise<DeliveryView | null>;
  /** The same with a part of those that are dead, at most DELIVERY_ROWS_MAX. Answers how many. */
  redeliverDead(id: string, at: number): Promise<number>;
}
export interface NewWebhook {
  readonly id: string;
  readonly label: string;
  readonly url: string;
  readonly accountId: string | null;
  readonly events: readonly string[];
  readonly secret: string;
}
export type CreatedWebhook =
  | { readonly ok: true; readonly webhook: WebhookView }
  | { readonly ok: false; readonly why: 'account_not_found' | 'webhooks_full' };
export type WebhookQuery = OutputOf<typeof listWebhooksSchema>;
export type DeliveryQuery = OutputOf<typeof listDeliveriesSchema>;

/** The way to receivers. */
export interface WebhookTargets {
  /** Refusal: `target_forbidden`. One that nobody answers at now is taken. */
  check(url: string): Promise<Outcome<null>>;
  test(webhookId: string, target: { readonly url: string; readonly secret: string }): Promise<WebhookTest>;
}

/** How much waits in the store. */
export interface StoredStatsSource {
  read(): Promise<StoredStats>;
}

export const STORED_STATS = Symbol('StoredStats');
/** `EventSearch` of src/events. */
export const EVENT_SEARCH = Symbol('EventSearch');
export const WEBHOOK_STORE = Symbol('WebhookStore');
export const WEBHOOK_TARGETS = Symbol('WebhookTargets');
export const ACCOUNT_STORE = Symbol('AccountStore');
export const TRANSITION_STORE = Symbol('TransitionStore');
export const SNAPSHOT_STORE = Symbol('SnapshotStore');
export const MESSAGE_OUTBOX = Symbol('MessageOutbox');
export const OUTBOX_STORE = Symbol('OutboxStore');
export const DRIVER_CAPABILITIES = Symbol('DriverCapabilities');
/** `Pace`: of accounts whose settings say nothing else. */
export const NODE_PACE = Symbol('NodePace');
/** `Readonly<Record<string, number>>`: how long this runtime waits for each deadline of the account machine, ms. */
export const MACHINE_DEADLINES = Symbol('MachineDeadlines');
export const MEDIA_STORE = Symbol('MediaStore');
export const ACCOUNT_ROUTER = Symbol('AccountRouter');
export const EVENT_BUS = Symbol('EventBus');
/** `EventLog` of src/events. */
export const EVENT_LOG = Symbol('EventLog');
export const NODE_ID = Symbol('NodeId');
/** `ReadonlySet<Provider>`: those for which this runtime has a driver. */
export const AVAILABLE_PROVIDERS = Symbol('AvailableProviders');
