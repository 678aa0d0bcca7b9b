import { v7 as newId } from 'uuid';
import { vi } from 'vitest';
import { accepted, refused } from '#libs/contracts/refusals';
import type { MessageView } from '#libs/contracts/message';
import { OneAtATime } from '#src/application/one-at-a-time';
import { OutboxService } from '#src/application/outbox.service';
import { acceptedRowOf } from '#src/persistence/accept-statement';
import { poolOf } from '#src/persistence/data-source';
import { messageViewOf } from '#src/persistence/message-row';
import type { Bug } from './bug.js';
import { changes, deaths, lifecycle, pauses, resumes, sending } from './deeds.js';

/** Two calls at once with one key both find that nothing came before. */
const keyLookedUpFirst: Bug = {
  name: 'a key looked up before its message is stored',
  plans: sending,
  noticed: /^key-\d was given two messages/,
  infect: ({ messages }) => {
    const known = new Map<string, { readonly bodyHash: string; readonly message: MessageView }>();
    const accept = messages.accept.bind(messages);
    messages.accept = async (wanted) => {
      const { idempotencyKey: key, bodyHash } = wanted;
      const before = key === null ? null : known.get(key);
      if (before)
        return before.bodyHash === bodyHash ? { created: false, message: before.message } : { conflict: true };
      const outcome = await accept({ ...wanted, idempotencyKey: null });
      if (key !== null && 'created' in outcome) known.set(key, { bodyHash, message: outcome.message });
      return outcome;
    };
  },
};

/** The actor of a deleted account is dropped while its session closes, or lives. */
const deletedUnderItsSession: Bug = {
  name: 'a deletion that does not wait for the session',
  plans: lifecycle,
  noticed: /is deleted and has a session/,
  infect: ({ accounts }) => void Object.assign(accounts.releases, { endLogin: () => Promise.resolve(true) }),
};

/** Whoever sends hears yes while the message is on its way to the store. */
const acceptedBeforeTheCommit: Bug = {
  name: 'a message answered before its commit',
  plans: deaths,
  noticed: /was accepted, and is not there/,
  infect: ({ messages }) => {
    const accept = messages.accept.bind(messages);
    messages.accept = async (wanted) => {
      void accept(wanted);
      return { created: true, message: messageViewOf(acceptedRowOf(newId(), wanted)) };
    };
  },
};

/** A command is answered, and the world moved, while its step is on its way to the store. */
const answeredBeforeTheCommit: Bug = {
  name: 'a command answered before its commit',
  plans: deaths,
  noticed: /was told that \w+ did something/,
  infect: ({ recorder }) => {
    const record = recorder.record.bind(recorder);
    recorder.record = (entry) => {
      record(entry).catch(() => undefined);
      return Promise.resolve();
    };
  },
};

/** What is accepted while nothing is being sent waits until something else happens. */
const nobodyWoken: Bug = {
  name: 'an outbox that is not woken',
  plans: sending,
  noticed: /is queued for ever/,
  infect: ({ router }) => void Object.assign(router, { wakeOutbox: () => undefined }),
};

/** What was read of an outbox before it was paused goes out all the same. */
const pauseUntold: Bug = {
  name: 'a sender that is not told of a pause',
  plans: pauses,
  noticed: /sent while the outbox was paused/,
  infect: ({ router }) => void Object.assign(router, { outboxChanged: (id: string) => router.wakeOutbox(id) }),
};

/** An adoption that began before the deletion ends after it. */
const adoptedAfterItsDeletion: Bug = {
  name: 'a deletion that does not wait for an adoption',
  plans: lifecycle,
  noticed: /is deleted and has an actor/,
  infect: ({ accounts, ownership, router, world: { nodeId } }) =>
    void Object.assign(router, {
      release: (accountId: string) => accounts.release(accountId, () => ownership.giveUp(accountId, nodeId)),
      adopt: async (accountId: string) => {
        const owned = await ownership.own(accountId, nodeId);
        if (!owned) return refused('account_not_found');
        accounts.adopt([owned]);
        return accepted(null);
      },
    }),
};

/** Of two changes at once the actor hears in the order of the answers, and not in that of the store. */
const olderSettingsLast: Bug = {
  name: 'settings told in the order of the answers',
  plans: changes,
  noticed: /older settings than are stored/,
  infect: () => {
    const within = vi.spyOn(OneAtATime.prototype, 'within').mockImplementation((_, work) => work());
    return () => within.mockRestore();
  },
};

/** What waits when its account is deleted is left as it is. */
const leftWaiting: Bug = {
  name: 'messages left waiting by a deletion',
  plans: sending,
  noticed: /is (queued|sending) for ever/,
  infect: ({ ownership, store }) => {
    ownership.giveUp = async (accountId, nodeId) => {
      const values = [accountId, nodeId];
      await poolOf(store).query('DELETE FROM account_ownership WHERE account_id = $1 AND node_id = $2', values);
    };
  },
};

/** Nobody looks for a deletion whose answer was lost behind its commit. */
const markUnnoticed: Bug = {
  name: 'a deletion that nobody has heard of',
  plans: lifecycle,
  noticed: /is deleted and has an owner/,
  infect: ({ router }) => void Object.assign(router, { unreleased: () => Promise.resolve([]) }),
};

/** Its answer was lost behind its commit: the outbox is running, and its sender does not know. */
const resumedUnheard: Bug = {
  name: 'a resume that wakes nobody when its answer is lost',
  plans: resumes,
  noticed: /is queued for ever/,
  infect: ({ router }) => {
    const own = Reflect.get(OutboxService.prototype, 'changed') as unknown;
    const changed = async (accountId: string, change: Promise<unknown>): Promise<unknown> => {
      const answer = await change;
      router.outboxChanged(accountId);
      return answer;
    };
    Reflect.set(OutboxService.prototype, 'changed', changed);
    return () => void Reflect.set(OutboxService.prototype, 'changed', own);
  },
};

/** A message is given up for a fault of our own, as if that were an end like any other. */
const givenUpForNothing: Bug = {
  name: 'a message given up that could be sent',
  plans: sending,
  noticed: /failed \(internal_error\), and nothing done here excuses it/,
  infect: ({ messages, world }) => {
    messages.claim = async (accountId, epoch, claims) => {
      const error = { code: 'internal_error', message: 'Given up.' };
      for (const { messageId } of claims)
        await messages.settle(accountId, epoch, messageId, { status: 'failed', at: world.turns.clock.now(), error });
      return new Set();
    };
  },
};

/** Known ones of this level. What order and crashes do inside an account is for test/simulation/bugs.ts. */
export const BUGS: readonly Bug[] = [
  keyLookedUpFirst,
  deletedUnderItsSession,
  acceptedBeforeTheCommit,
  answeredBeforeTheCommit,
  nobodyWoken,
  pauseUntold,
  adoptedAfterItsDeletion,
  olderSettingsLast,
  leftWaiting,
  markUnnoticed,
  resumedUnheard,
  givenUpForNothing,
];
