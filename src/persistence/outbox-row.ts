import { MESSAGE_TTL_MS } from '#libs/contracts/limits/messages';
import type { MessageStatus } from '#libs/contracts/message';
import type { OutboxMessage } from '#src/supervision/ports';

/** A row of the statement PENDING. */
export interface OutboxRow extends Omit<OutboxMessage, 'target' | 'createdAt' | 'expiresAt' | 'nextAttemptAt'> {
  readonly targetId: string | null;
  readonly targetStatus: MessageStatus | null;
  readonly targetProviderMessageId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

export function outboxMessageOf(row: OutboxRow): OutboxMessage {
  const { targetId, targetStatus, targetProviderMessageId, createdAt, expiresAt, nextAttemptAt, ...message } = row;
  return {
    ...message,
    // One that is gone was removed with all that is old: as if it had never been sent.
    target: targetId === null ? null : { status: targetStatus ?? 'failed', providerMessageId: targetProviderMessageId },
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? createdAt.getTime() + MESSAGE_TTL_MS,
    nextAttemptAt: nextAttemptAt?.getTime() ?? null,
  };
}
