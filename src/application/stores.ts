import type { AccountView, listAccountsSchema, PatchAccount, Provider, StoredAccount } from '#libs/contracts/account';
import type { listMessagesSchema, MessageView } from '#libs/contracts/message';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import type { TransitionView } from '#libs/contracts/transition';

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
}

export interface SnapshotStore {
  find(
    accountId: string,
  ): Promise<{ readonly epoch: number; readonly writtenAt: string; readonly snapshot: unknown } | null>;
}

export interface MessageOutbox {
  accept(message: NewMessage): Promise<AcceptOutcome>;
  find(id: string): Promise<MessageView | null>;
  list(accountId: string, query: MessageQuery): Promise<Page<MessageView>>;
}
export interface NewMessage {
  readonly accountId: string;
  readonly to: string;
  readonly chatId: string;
  readonly text: string;
  readonly idempotencyKey: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}
export type AcceptOutcome =
  | { readonly created: boolean; readonly message: MessageView }
  | { readonly conflict: true }
  | { readonly full: true }
  | { readonly unknownAccount: true };
export type MessageQuery = OutputOf<typeof listMessagesSchema>;

export const ACCOUNT_STORE = Symbol('AccountStore');
export const TRANSITION_STORE = Symbol('TransitionStore');
export const SNAPSHOT_STORE = Symbol('SnapshotStore');
export const MESSAGE_OUTBOX = Symbol('MessageOutbox');
export const ACCOUNT_ROUTER = Symbol('AccountRouter');
export const EVENT_BUS = Symbol('EventBus');
export const NODE_ID = Symbol('NodeId');
/** `ReadonlySet<Provider>`: those for which this runtime has a driver. */
export const AVAILABLE_PROVIDERS = Symbol('AvailableProviders');
