import type { AccountStatus, StoredAccount } from '#libs/contracts/account';
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
    reason: snapshot ? reasonViewOf(snapshot.status, reasonOf(snapshot)) : null,
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
export function reasonViewOf(status: AccountStatus, reason: StoredReason | null): StoredAccount['reason'] {
  if (reason === null || !isReasonCode(reason.code)) return null;
  const { class: reasonClass, message, retryable } = reasonEntry(reason.code);
  return {
    code: reason.code,
    class: reasonClass,
    message: reason.detail ? `${message} (${reason.detail})` : message,
    who: whoMustAct(reason.code, status),
    retryable,
    at: new Date(reason.at).toISOString(),
  };
}

interface StoredReason {
  /** Versions may differ in the reasons they know. */
  readonly code: string;
  readonly at: Date | number;
  readonly detail: string | null;
}

function reasonOf({ reasonCode: code, reasonAt: at, reasonDetail: detail }: SnapshotEntity): StoredReason | null {
  return code === null || at === null ? null : { code, at, detail };
}
