import type { StoredAccount } from '#libs/contracts/account';
import { isReasonCode, reasonEntry, whoMustAct } from '#libs/contracts/reasons';
import type { AccountEntity } from './account.entity.js';
import type { OwnershipEntity } from './ownership.entity.js';
import type { SnapshotEntity } from './snapshot.entity.js';

/** An account with what belongs to it. */
export type AccountRow = AccountEntity & {
  readonly ownership?: OwnershipEntity | null;
  readonly snapshot?: SnapshotEntity | null;
};

/** An account that has never moved has no snapshot: it is at rest since it was created. */
export function accountViewOf({ snapshot, ownership, ...account }: AccountRow): StoredAccount {
  return {
    id: account.id,
    label: account.label,
    provider: account.provider,
    status: snapshot?.status ?? 'DISCONNECTED',
    detail: snapshot?.detail ?? 'DISCONNECTED.idle',
    desired: snapshot?.desired ?? 'DISCONNECTED',
    phone: snapshot?.phone ?? null,
    reason: snapshot ? reasonViewOf(snapshot) : null,
    since: (snapshot?.since ?? account.createdAt).toISOString(),
    restarts: {
      count: snapshot?.restartCount ?? 0,
      nextAttemptAt: snapshot?.nextAttemptAt?.toISOString() ?? null,
    },
    node: ownership?.nodeId ?? null,
    settings: account.settings as StoredAccount['settings'],
    createdAt: account.createdAt.toISOString(),
    updatedAt: new Date(Math.max(account.updatedAt.getTime(), snapshot?.writtenAt.getTime() ?? 0)).toISOString(),
  };
}

/** The text for people comes from the table of reasons; what is known of this very case stands behind it. */
function reasonViewOf({ status, reasonCode, reasonAt, reasonDetail }: SnapshotEntity): StoredAccount['reason'] {
  if (reasonCode === null || reasonAt === null || !isReasonCode(reasonCode)) return null;
  const { class: reasonClass, message, retryable } = reasonEntry(reasonCode);
  return {
    code: reasonCode,
    class: reasonClass,
    message: reasonDetail ? `${message} (${reasonDetail})` : message,
    who: whoMustAct(reasonCode, status),
    retryable,
    at: reasonAt.toISOString(),
  };
}
