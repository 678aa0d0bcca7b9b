import { MESSAGE_TTL_MS } from '#libs/contracts/limits';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { AckLevel, ReceivedMessage } from '#libs/contracts/session';
import type { OutboxMessage, SendOutcome } from '#src/supervision/ports';

export interface MessageRow {
  readonly id: string;
  readonly accountId: string;
  readonly direction: 'out' | 'in';
  readonly to: string;
  readonly chatId: string;
  readonly text: string;
  readonly createdAt: number;
  status: MessageStatus;
  pending: boolean;
  providerMessageId: string | null;
  tries: number;
  error: { readonly code: string; readonly message: string } | null;
  at: number;
  /** Its sender was told that it is accepted. */
  promised: boolean;
}

/** From where an acknowledgement moves a message on, as src/persistence/message.repository.ts has it. */
const BEFORE: Readonly<Record<AckLevel, readonly MessageStatus[]>> = {
  pending: [],
  sent: ['sending', 'uncertain'],
  delivered: ['sending', 'uncertain', 'sent'],
  read: ['sending', 'uncertain', 'sent', 'delivered'],
};

/** Outbox and inbox with the rules of the real statements, each call at once and whole. */
export class MessageTable {
  /** In the order of acceptance. */
  readonly rows = new Map<string, MessageRow>();
  private readonly byProviderId = new Map<string, MessageRow>();
  private received = 0;

  constructor(private readonly checkEpoch: (accountId: string, epoch: number) => void) {}

  accept(message: Pick<MessageRow, 'id' | 'accountId' | 'to' | 'chatId' | 'text'>, at: number): void {
    const fresh = { status: 'queued', pending: true, providerMessageId: null, tries: 0, error: null } as const;
    this.rows.set(message.id, { ...message, ...fresh, direction: 'out', createdAt: at, at, promised: false });
  }

  promise(id: string): void {
    this.rows.get(id)!.promised = true;
  }

  pending(accountId: string, limit: number): readonly OutboxMessage[] {
    const found: OutboxMessage[] = [];
    for (const row of this.rows.values()) {
      if (found.length >= limit) break;
      if (row.accountId === accountId && row.pending)
        found.push({ ...row, status: row.status as 'queued' | 'sending' });
    }
    return found;
  }

  claim(accountId: string, epoch: number, messageId: string, providerMessageId: string): boolean {
    this.checkEpoch(accountId, epoch);
    const row = this.rows.get(messageId);
    if (!row?.pending || (row.providerMessageId ?? providerMessageId) !== providerMessageId) return false;
    this.byProviderId.set(keyOf(row.accountId, 'out', providerMessageId), row);
    Object.assign(row, { status: 'sending', providerMessageId, tries: row.tries + 1 });
    return true;
  }

  settle(accountId: string, epoch: number, messageId: string, outcome: SendOutcome): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const row = this.rows.get(messageId);
    if (!row || !(row.pending || (row.status === 'uncertain' && outcome.status === 'sent'))) return null;
    const error = outcome.status === 'sent' ? null : outcome.error;
    Object.assign(row, { status: outcome.status, pending: false, error, at: outcome.at });
    return viewOf(row);
  }

  acknowledge(accountId: string, epoch: number, providerId: string, level: AckLevel, at: number): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const row = this.byProviderId.get(keyOf(accountId, 'out', providerId));
    if (!row || !BEFORE[level].includes(row.status)) return null;
    Object.assign(row, { status: level, pending: false, error: null, at });
    return viewOf(row);
  }

  receive(accountId: string, epoch: number, message: ReceivedMessage, at: number): MessageView | null {
    this.checkEpoch(accountId, epoch);
    const key = keyOf(accountId, 'in', message.providerMessageId);
    if (this.byProviderId.has(key)) return null;
    const row: MessageRow = {
      id: `in-${(this.received += 1)}`,
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
      error: null,
      at,
      promised: false,
    };
    this.rows.set(row.id, row);
    this.byProviderId.set(key, row);
    return viewOf(row);
  }
}

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
    replyTo: null,
    reactions: [],
    editedAt: null,
    revokedAt: null,
    expiresAt: row.direction === 'out' ? new Date(row.createdAt + MESSAGE_TTL_MS).toISOString() : null,
    status: row.status,
    providerMessageId: row.providerMessageId,
    error: row.error,
    createdAt: new Date(row.createdAt).toISOString(),
    sentAt: reached('sent', 'delivered', 'read'),
    deliveredAt: reached('delivered', 'read'),
    readAt: reached('read'),
  };
}
