import type { Provider } from '#libs/contracts/account';
import type { ContactCard, Location, MediaFile, Poll, SendableKind } from '#libs/contracts/content';
import type { CommittedState } from '#libs/contracts/events';
import type { MediaView } from '#libs/contracts/media';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { Outcome } from '#libs/contracts/refusals';
import type { AckLevel } from '#libs/contracts/session';

/**
 * All that supervision needs of the world. The runtime gives the real things, the simulation gives a virtual clock,
 * seeded dice and a store that fails and crashes on purpose.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(run: () => void, afterMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface Dice {
  /** Evenly from 0 (included) to 1 (excluded). */
  next(): number;
}

/** An account this node owns, as the store knows it. Times are milliseconds since 1970. */
export interface OwnedAccount {
  readonly accountId: string;
  readonly provider: Provider;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Number of the ownership; every write carries it. */
  readonly epoch: number;
  /** The persisted machine snapshot as it was written, or null for an account that never moved. Not yet validated. */
  readonly snapshot: unknown;
  /** Number of the last transition written; 0 when there is none. */
  readonly transitionSeq: number;
  /** When the present state with its sub-state was entered. */
  readonly enteredAt: number;
  /**
   * True: nothing waited to be sent when it was taken, so its outbox need not be read before somebody wakes it. Ten
   * thousand accounts that come back at once would otherwise ask for nothing, one by one.
   */
  readonly outboxEmpty: boolean;
}

export interface TransitionEntry {
  readonly seq: number;
  readonly at: number;
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  readonly cause: string | null;
  readonly incarnation: number;
  readonly heldMs: number;
  /** What a replay needs beside the above (libs/account/account.record.ts). Plain JSON. */
  readonly input: object;
}

/** One step of one account, committed whole or not at all. */
export interface AccountEntry {
  readonly accountId: string;
  readonly epoch: number;
  /** Plain JSON, versioned by libs/account. */
  readonly snapshot: unknown;
  readonly state: CommittedState;
  readonly enteredAt: number;
  readonly transitions: readonly TransitionEntry[];
}

/** Another owner has taken the account: nothing may be written or done for it here any more. */
export class StaleEpochError extends Error {
  constructor(readonly accountId: string) {
    super(`account ${accountId} is owned under a newer epoch`);
    this.name = 'StaleEpochError';
  }
}

export interface Recorder {
  /**
   * Resolves when the entry is committed; waits as long as the store is away. Rejects with StaleEpochError only
   * (and when the recorder is closed). Entries of one account are committed in the order of the calls.
   */
  record(entry: AccountEntry): Promise<void>;
  /** False while commits fail or too many wait: commands are refused then. */
  accepting(): boolean;
  /** Puts an account's stored state into the committed view, without writing: at the start, and for a new account. */
  prime(accountId: string, state: CommittedState): void;
  /** The account is gone from this node. */
  forget(accountId: string): void;
}

/** A message on its way out. Times are milliseconds since 1970. */
export interface OutboxMessage {
  readonly id: string;
  readonly to: string;
  readonly chatId: string;
  readonly kind: SendableKind;
  readonly text: string | null;
  readonly content: OutboxContent | null;
  readonly mediaId: string | null;
  /** The message that it does something to, or answers, as it stands now; null: it is about no other. */
  readonly target: { readonly status: MessageStatus; readonly providerMessageId: string | null } | null;
  readonly status: Extract<MessageStatus, 'queued' | 'sending'>;
  readonly providerMessageId: string | null;
  /** How often it was claimed. */
  readonly tries: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Not handed over before; null: at once. */
  readonly nextAttemptAt: number | null;
  /** It was accepted under a lease, and is claimed only while that lives. */
  readonly isFenced: boolean;
}

/** What only some kinds have. */
export interface OutboxContent {
  readonly location?: Location;
  readonly contacts?: readonly ContactCard[];
  readonly poll?: Poll;
  readonly emoji?: string;
  readonly mentions?: readonly string[];
  readonly linkPreview?: boolean;
  readonly media?: { readonly filename: string | null };
}

export interface MessageClaim {
  readonly messageId: string;
  /** Null for what has no id of its own: reactions, edits, revokes. */
  readonly providerMessageId: string | null;
  /** When it may be tried again, should this try come to nothing. */
  readonly nextAttemptAt: number;
  /** It was claimed before, and the provider was asked since and does not know it. */
  readonly isUnknown?: boolean;
}

export interface Postponement {
  /** As it was read or claimed: a write that comes late must not put back a message that was claimed again. */
  readonly tries: number;
  readonly nextAttemptAt: number;
  /** Why the last try came to nothing; null: there was none. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface Acknowledgement {
  readonly providerMessageId: string;
  readonly level: Exclude<AckLevel, 'pending'>;
  readonly at: number;
}

/** One that was sent, and of which it is not known that it was read. */
export interface UnreadMessage {
  readonly providerMessageId: string;
  readonly chatId: string;
  readonly status: Extract<MessageStatus, 'sent' | 'delivered'>;
}

export type SendOutcome =
  | { readonly status: 'sent'; readonly at: number }
  | {
      readonly status: 'failed' | 'uncertain';
      readonly at: number;
      readonly error: { readonly code: string; readonly message: string };
    };

/** Every write checks the epoch and rejects with StaleEpochError; other rejections mean that the store is away: ask again. */
export interface MessageStore {
  /** Those still to be sent or confirmed, oldest first, without those of `heldChats`. None while the outbox is paused. */
  pending(accountId: string, limit: number, heldChats: readonly string[]): Promise<readonly OutboxMessage[]>;
  /**
   * Before each hand-over: status `sending` with the provider's id. Counts a try. Answers the ids of those that are claimed
   * now; any other was settled meanwhile, or is claimed under another id, and must not be handed over.
   */
  claim(accountId: string, epoch: number, claims: readonly MessageClaim[]): Promise<ReadonlySet<string>>;
  /** Proven unsent: back to `queued`, keeping the provider's id. Null when it moved on meanwhile. */
  postpone(accountId: string, epoch: number, messageId: string, until: Postponement): Promise<MessageView | null>;
  settle(accountId: string, epoch: number, messageId: string, outcome: SendOutcome): Promise<MessageView | null>;
  /** Never moves a message backwards. Each message at most once in a call. Answers those that were changed. */
  acknowledge(accountId: string, epoch: number, acks: readonly Acknowledgement[]): Promise<readonly MessageView[]>;
  /** When messages were sent after this moment, oldest first: as many as are told of the latest 12,000 of the account. */
  sentSince(accountId: string, after: number): Promise<readonly number[]>;
  /** Those of the latest 12,000 messages of the account that were sent after this moment and are not read, newest first. */
  unreadSince(accountId: string, after: number, limit: number): Promise<readonly UnreadMessage[]>;
  /**
   * Pauses the outbox as `stale` when something that was accepted before `before` still waits, nothing was sent since then
   * (so the account was away), and no person has resumed the outbox. True: it is paused by this call.
   */
  pauseIfStale(accountId: string, epoch: number, before: number, at: number): Promise<boolean>;
}

/** The files of messages, on this machine's disk. Rejections mean that the store or the disk is away: ask again. */
export interface MediaFiles {
  /** For a message that is to be sent. Null: it is gone (kept long enough, or removed by hand). */
  fileOf(mediaId: string): Promise<MediaFile | null>;
  /** Where a session is to write the file of a received message; the folder is there, and on the disk of the others. */
  incomingPath(messageId: string): Promise<string>;
  /**
   * Keeps a file that a session has written at an `incomingPath`, which is empty after that. Refuses `media_not_found` when
   * nothing is there, `media_too_large`, `disk_full`, and `account_not_found`.
   */
  adopt(
    accountId: string,
    path: string,
    about: { readonly mimeType: string; readonly filename: string | null },
  ): Promise<Outcome<MediaView>>;
}

export interface SupervisionLog {
  debug(data: object, text: string): void;
  info(data: object, text: string): void;
  warn(data: object, text: string): void;
  error(data: object, text: string): void;
}
