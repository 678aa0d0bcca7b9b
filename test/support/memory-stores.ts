import { MESSAGE_TTL_MS } from '#libs/contracts/limits';
import type { PatchAccount, StoredAccount } from '#libs/contracts/account';
import type { MessageView } from '#libs/contracts/message';
import type { Page } from '#libs/contracts/page';
import type { TransitionView } from '#libs/contracts/transition';
import type {
  AcceptOutcome,
  AccountQuery,
  MessageOutbox,
  MessageQuery,
  NewAccount,
  NewMessage,
  SnapshotStore,
  StoredAccounts,
  TransitionStore,
} from '#src/application/stores';
import { v7 as newId } from 'uuid';

/** The store's ports in memory: what Postgres answers, without a process. `away` makes every call fail as a lost one. */
export class MemoryStores {
  away: Error | null = null;
  readonly accountRows = new Map<string, StoredAccount>();
  readonly messageRows = new Map<string, MessageView>();
  private readonly firstOfKey = new Map<string, MessageView>();
  readonly steps: TransitionView[] = [];
  queuedMax = 1_000;

  readonly accounts: StoredAccounts = {
    create: async (account) => this.asked(() => this.keep(accountOf(account))),
    find: async (id) => this.asked(() => this.accountRows.get(id) ?? null),
    list: async (query) => this.asked(() => this.listAccounts(query)),
    patch: async (id, patch) => this.asked(() => this.patchAccount(id, patch)),
    markDeleted: async (id) => this.asked(() => this.accountRows.delete(id)),
  };
  readonly transitions: TransitionStore = {
    list: async (_accountId, after, limit) =>
      this.asked(() => this.steps.filter(({ seq }) => seq > after).slice(0, limit)),
  };
  readonly snapshots: SnapshotStore = { find: async () => this.asked(() => null) };
  readonly messages: MessageOutbox = {
    accept: async (message) => this.asked(() => this.acceptMessage(message)),
    find: async (id) => this.asked(() => this.messageRows.get(id) ?? null),
    list: async (accountId, query) => this.asked(() => this.listMessages(accountId, query)),
  };

  private asked<T>(answer: () => T): T {
    if (this.away) throw this.away;
    return answer();
  }

  private keep(account: StoredAccount): StoredAccount {
    this.accountRows.set(account.id, account);
    return account;
  }

  private listAccounts({ status, provider, label, limit, cursor }: AccountQuery): Page<StoredAccount> {
    const fitting = [...this.accountRows.values()]
      .filter((row) => (cursor ? row.id > cursor : true))
      .filter((row) => (status ? row.status === status : true) && (provider ? row.provider === provider : true))
      .filter((row) => row.label.toLowerCase().includes((label ?? '').toLowerCase()))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return pageOf(fitting, limit);
  }

  private patchAccount(id: string, patch: PatchAccount): StoredAccount | null {
    const account = this.accountRows.get(id);
    return account ? this.keep({ ...account, ...patch }) : null;
  }

  private acceptMessage(message: NewMessage): AcceptOutcome {
    const { accountId, idempotencyKey: key, to, text } = message;
    if (!this.accountRows.has(accountId)) return { unknownAccount: true };
    const earlier = key === null ? undefined : this.firstOfKey.get(`${accountId} ${key}`);
    if (earlier)
      return earlier.to === to && earlier.text === text ? { created: false, message: earlier } : { conflict: true };
    if (this.messageRows.size >= this.queuedMax) return { full: true };
    const view = messageOf(message);
    this.messageRows.set(view.id, view);
    if (key !== null) this.firstOfKey.set(`${accountId} ${key}`, view);
    return { created: true, message: view };
  }

  private listMessages(
    accountId: string,
    { limit, cursor, status, direction, chatId }: MessageQuery,
  ): Page<MessageView> {
    const fitting = [...this.messageRows.values()]
      .filter((row) => row.accountId === accountId && (cursor ? row.id < cursor : true))
      .filter((row) => (status ? row.status === status : true) && (direction ? row.direction === direction : true))
      .filter((row) => (chatId ? row.chatId === chatId : true))
      .sort((a, b) => (a.id > b.id ? -1 : 1));
    return pageOf(fitting, limit);
  }
}

function pageOf<T extends { readonly id: string }>(fitting: readonly T[], limit: number): Page<T> {
  const items = fitting.slice(0, limit);
  return { items, nextCursor: fitting.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function accountOf({ id, label, provider, settings, nodeId }: NewAccount): StoredAccount {
  const now = new Date().toISOString();
  return {
    id,
    label,
    provider,
    settings: settings as StoredAccount['settings'],
    status: 'DISCONNECTED',
    detail: 'DISCONNECTED.idle',
    desired: 'DISCONNECTED',
    phone: null,
    reason: null,
    since: now,
    restarts: { count: 0, nextAttemptAt: null },
    node: nodeId,
    createdAt: now,
    updatedAt: now,
  };
}

function messageOf({ accountId, to, chatId, text, now }: NewMessage): MessageView {
  return {
    id: newId(),
    accountId,
    direction: 'out',
    to,
    from: null,
    chatId,
    text,
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
    expiresAt: new Date(now + MESSAGE_TTL_MS).toISOString(),
    status: 'queued',
    providerMessageId: null,
    error: null,
    createdAt: new Date(now).toISOString(),
    sentAt: null,
    deliveredAt: null,
    readAt: null,
  };
}
