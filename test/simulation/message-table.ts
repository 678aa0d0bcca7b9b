import { MESSAGE_TTL_MS } from '#libs/contracts/limits/messages';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { AckLevel } from '#libs/contracts/session';
import type { Acknowledgement, MessageClaim, OutboxMessage, Postponement, SendOutcome } from '#src/supervision/ports';

export interface MessageRow {
  readonly id: string;
  readonly accountId: string;
  readonly direction: 'out' | 'in';
  readonly to: string;
  readonly chatId: string;
  readonly text: string;
  /** Of a message in this table. */
  readonly replyTo: string | null;
  readonly createdAt: number;
  status: MessageStatus;
  pending: boolean;
  providerMessageId: string | null;
  tries: number;
  nextAttemptAt: number | null;
  readonly expiresAt: number;
  /** It was accepted under a lease. */
  readonly isFenced: boolean;
  error: { readonly code: string; readonly message: string } | null;
  at: number;
  /** Its sender was told that it is accepted. */
  promised: boolean;
}

type Accepted = Pick<MessageRow, 'id' | 'accountId' | 'to' | 'chatId' | 'text'> &
  Partial<Pick<MessageRow, 'replyTo' | 'isFenced'>>;

/** From where an acknowledgement moves a message on, as src/persistence/outbox-statements.ts has it. */
const BEFORE: Readonly<Record<AckLevel, readonly MessageStatus[]>> = {
  pending: [],
  sent: ['queued', 'sending', 'uncertain'],
  delivered: ['queued', 'sending', 'uncertain', 'sent'],
  read: ['queued', 'sending', 'uncertain', 'sent', 'delivered'],
};

/** Outbox and inbox with the rules of the real statements, each call at once and whole. */
export class MessageTable {
  /** In the order of acceptance. */
  readonly rows = new Map<string, MessageRow>();
  private readonly byProviderId = new Map<string, MessageRow>();
  /** In the order of acceptance, by account. */
  private readonly waitingRows = new Map<string, Map<string, MessageRow>>();
  private received = 0;

  /** `log` hears of each change of which an event is written, in the same statement. */
  constructor(
    private readonly checkEpoch: (accountId: string, epoch: number) => void,
    private readonly log: (message: MessageView) => void = () => undefined,
  ) {}

  accept(message: Accepted, at: number): void {
    const fresh = { status: 'queued', pending: true, providerMessageId: null, tries: 0, error: null } as const;
    const times = { createdAt: at, at, nextAttemptAt: null, expiresAt: at + MESSAGE_TTL_MS };
    const row: MessageRow = {
      replyTo: null,
      isFenced: false,
      ...message,
      ...fresh,
      ...times,
      direction: 'out',
      promised: false,
    };
    this.rows.set(row.id, row);
    const waiting = this.waitingRows.get(row.accountId);
    if (waiting) waiting.set(row.id, row);
    else this.waitingRows.set(row.accountId, new Map([[row.id, row]]));
    this.logged(row);
  }

  promise(id: string): void {
    this.rows.get(id)!.promised = true;
  }

  pending(accountId: string, limit: number, heldChats: readonly string[] = []): readonly OutboxMessage[] {
    const found: OutboxMessage[] = [];
    for (const row of this.waiting(accountId)) {
      if (found.length >= limit) break;
      if (!heldChats.includes(row.chatId)) found.push(outboxMessageOf(row, this.rows.get(row.replyTo ?? '') ?? null));
    }
    return found;
  }

  claim(accountId: string, epoch: number, claims: readonly MessageClaim[]): ReadonlySet<string> {
    this.checkEpoch(accountId, epoch);
    return new Set(claims.flatMap((claim) => (this.claimOne(claim) ? [claim.messageId] : [])));
  }

  postpone(accountId: string, epoch: number, messageId: string, until: Postponement): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const row = this.rows.get(messageId);
    if (!row?.pending || row.tries !== until.tries) return null;
    Object.assign(row, { status: 'queued', nextAttemptAt: until.nextAttemptAt, error: until.error });
    return this.logged(row);
  }

  settle(accountId: string, epoch: number, messageId: string, outcome: SendOutcome): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const row = this.rows.get(messageId);
    if (!row || !(row.pending || (row.status === 'uncertain' && outcome.status === 'sent'))) return null;
    const error = outcome.status === 'sent' ? null : outcome.error;
    Object.assign(row, { status: outcome.status, error, at: outcome.at });
    this.unwait(row);
    return this.logged(row);
  }

  acknowledge(accountId: string, epoch: number, acks: readonly Acknowledgement[]): readonly MessageView[] {
    this.checkEpoch(accountId, epoch);
    return acks.flatMap(({ providerMessageId, level, at }) => {
      const row = this.byProviderId.get(keyOf(accountId, 'out', providerMessageId));
      if (!row || !BEFORE[level].includes(row.status)) return [];
      Object.assign(row, { status: level, error: null, at });
      this.unwait(row);
      return [this.logged(row)];
    });
  }

  /** Nobody waits so long in a simulation that is not about it. */
  pauseIfStale(accountId: string, epoch: number): boolean {
    this.checkEpoch(accountId, epoch);
    return false;
  }

  /** One that came in, or one that was sent. */
  find(accountId: string, providerMessageId: string): MessageView | null {
    const keys = (['in', 'out'] as const).map((direction) => keyOf(accountId, direction, providerMessageId));
    const row = keys.map((key) => this.byProviderId.get(key)).find((found) => found !== undefined);
    return row ? viewOf(row) : null;
  }

  receive(accountId: string, epoch: number, message: ReceivedMessage, at: number): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const key = keyOf(accountId, 'in', message.providerMessageId);
    if (this.byProviderId.has(key)) return null;
    const row: MessageRow = {
      id: `in-${(this.received += 1)}`,
      replyTo: null,
      accountId,
      direction: 'in',
      to: accountId,
      chatId: message.chatId,
      text: message.text ?? '',
      createdAt: at,
      status: 'received',
      pending: false,
      providerMessageId: message.providerMessageId,
      tries: 0,
      nextAttemptAt: null,
      expiresAt: Infinity,
      isFenced: false,
      error: null,
      at,
      promised: false,
    };
    this.rows.set(row.id, row);
    this.byProviderId.set(key, row);
    return this.logged(row);
  }

  private claimOne({ messageId, providerMessageId, nextAttemptAt }: MessageClaim): boolean {
    const row = this.rows.get(messageId);
    if (!row?.pending || (row.providerMessageId ?? providerMessageId) !== providerMessageId) return false;
    if (providerMessageId !== null) this.byProviderId.set(keyOf(row.accountId, 'out', providerMessageId), row);
    Object.assign(row, { status: 'sending', providerMessageId, nextAttemptAt, tries: row.tries + 1 });
    return true;
  }

  private logged(row: MessageRow): MessageView {
    const view = viewOf(row);
    this.log(view);
    return view;
  }

  /** The index of what waits: there are thousands of messages, and few that wait. */
  private waiting(accountId: string): Iterable<MessageRow> {
    return this.waitingRows.get(accountId)?.values() ?? [];
  }

  private unwait(row: MessageRow): void {
    row.pending = false;
    this.waitingRows.get(row.accountId)?.delete(row.id);
  }
}

const outboxMessageOf = (row: MessageRow, target: MessageRow | null): OutboxMessage => ({
  id: row.id,
  to: row.to,
  chatId: row.chatId,
  kind: 'text',
  text: row.text,
  content: null,
  mediaId: null,
  target: target && { status: target.status, providerMessageId: target.providerMessageId },
  status: row.status as 'queued' | 'sending',
  providerMessageId: row.providerMessageId,
  tries: row.tries,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  nextAttemptAt: row.nextAttemptAt,
  isFenced: row.isFenced,
});

const keyOf = (accountId: string, direction: 'in' | 'out', providerId: string): string =>
  `${accountId} ${direction} ${providerId}`;

function viewOf(row: MessageRow): MessageView {
  const at = new Date(row.at).toISOString();
  const reached = (...statuses: readonly MessageStatus[]): string | null => (statuses.includes(row.status) ? at : null);
  return {
    id: row.id,
    accountId: row.accountId,
    direction: row.direction,
    to: row.direction === 'out' ? row.to : null,
    from: row.direction === 'in' ? row.chatId : null,
    chatId: row.chatId,
    text: row.text,
    kind: 'text',
    media: null,
    location: null,
    contacts: null,
    poll: null,
    emoji: null,
    mentions: [],
    targetId: null,
    replyTo: row.replyTo,
    reactions: [],
    editedAt: null,
    revokedAt: null,
    expiresAt: row.direction === 'out' ? new Date(row.expiresAt).toISOString() : null,
    status: row.status,
    providerMessageId: row.providerMessageId,
    error: row.error,
    createdAt: new Date(row.createdAt).toISOString(),
    sentAt: reached('sent', 'delivered', 'read'),
    deliveredAt: reached('delivered', 'read'),
    readAt: reached('read'),
  };
}
