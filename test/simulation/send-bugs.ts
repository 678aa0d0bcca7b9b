import type { OutboxSender } from '#src/supervision/messages/outbox-sender';
import type { Bug } from './bug.js';

/** A message that was claimed, and perhaps sent, is sent again as a new one, without a look-up. */
export const blindResend: Bug = {
  name: 'blind resend',
  breaks: 'I3',
  messages: (store) => {
    const first = new Map<string, { readonly id: string; readonly providerMessageId: string }>();
    const aliases = new Map<string, string>();
    let resends = 0;
    const idOf = (id: string): string => first.get(id)?.id ?? id;
    return {
      async pending(accountId, limit, heldChats) {
        const batch = await store.pending(accountId, limit, heldChats);
        return batch.map((message) => {
          if (message.providerMessageId === null) return message;
          const id = `${message.id}-again-${(resends += 1)}`;
          first.set(id, { id: message.id, providerMessageId: message.providerMessageId });
          return { ...message, id, status: 'queued' as const, providerMessageId: null };
        });
      },
      async claim(accountId, epoch, claims) {
        const asStored = claims.map((claim) => {
          const before = first.get(claim.messageId);
          if (before) aliases.set(claim.providerMessageId!, before.providerMessageId);
          return before ? { ...claim, messageId: before.id, providerMessageId: before.providerMessageId } : claim;
        });
        const claimed = await store.claim(accountId, epoch, asStored);
        return new Set(claims.flatMap(({ messageId }) => (claimed.has(idOf(messageId)) ? [messageId] : [])));
      },
      postpone: (accountId, epoch, id, until) => store.postpone(accountId, epoch, idOf(id), until),
      unreadSince: (accountId, after, limit) => store.unreadSince(accountId, after, limit),
      sentSince: (accountId, after) => store.sentSince(accountId, after),
      pauseIfStale: (accountId, epoch, before, at) => store.pauseIfStale(accountId, epoch, before, at),
      settle: (accountId, epoch, id, outcome) => store.settle(accountId, epoch, idOf(id), outcome),
      acknowledge: (accountId, epoch, acks) =>
        store.acknowledge(
          accountId,
          epoch,
          acks.map((ack) => ({
            ...ack,
            providerMessageId: aliases.get(ack.providerMessageId) ?? ack.providerMessageId,
          })),
        ),
    };
  },
};

/** What may have been sent is sent again as another message. */
export const resendUnderNewId: Bug = { name: 'resend under a new id', breaks: 'I3', newIds: true };

/** A message is handed over while its id is still being written down. */
export const claimAfterSend: Bug = {
  name: 'claim after send',
  breaks: 'I3',
  messages: (store) => {
    const late: typeof store = Object.create(store) as typeof store;
    late.claim = (accountId, epoch, claims) => {
      store.claim(accountId, epoch, claims).catch(() => undefined);
      return Promise.resolve(new Set(claims.map(({ messageId }) => messageId)));
    };
    return late;
  },
};

/** What could not be sent at once goes behind what was accepted after it. */
export const retryBehindTheOthers: Bug = {
  name: 'retry behind the others',
  breaks: 'I4',
  messages: (store) => {
    const unfair: typeof store = Object.create(store) as typeof store;
    unfair.pending = async (accountId, limit, heldChats) => {
      const batch = await store.pending(accountId, limit, heldChats);
      return [...batch].sort((a, b) => Number(a.tries > 0) - Number(b.tries > 0));
    };
    return unfair;
  },
};

/** A browser is replaced in the middle of a message. */
export const recycleWithoutDraining: Bug = {
  name: 'recycle without draining',
  breaks: 'recycle',
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const sender = Reflect.get(accounts.find(accountId)!, 'sender') as OutboxSender;
        sender.drain = () => Promise.resolve(true);
      }
      return left;
    };
  },
};

/** Once a browser was replaced, or could not be, the account sends nothing any more. */
export const outboxLeftHeldBack: Bug = {
  name: 'outbox left held back after a recycle',
  breaks: 'I2',
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const sender = Reflect.get(accounts.find(accountId)!, 'sender') as OutboxSender;
        sender.resume = () => undefined;
      }
      return left;
    };
  },
};

export const SEND_BUGS: readonly Bug[] = [blindResend, resendUnderNewId, claimAfterSend];
