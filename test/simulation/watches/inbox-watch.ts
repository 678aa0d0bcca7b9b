import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { stateOf } from './account-watch.js';
import type { StoreTables } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';

/**
 * What came in at the provider since an account's first connection and is not stored, though the account is online: told to
 * a process that died, kept back while it was away, or refused by a full desk.
 */
export function missedBy(provider: SimulatedProvider, tables: StoreTables): readonly string[] {
  return [...tables.accounts.keys()].flatMap((accountId) => {
    const begun = tables.inbox.begun.get(accountId);
    if (begun === undefined || stateOf(tables.account(accountId)) !== 'CONNECTED.online') return [];
    const lines = provider.chats.chatsOf(accountId).flatMap(({ entries }) => entries.flatMap(({ line }) => line ?? []));
    return lines
      .filter(({ fromMe, sentAt }) => !fromMe && sentAt >= begun)
      .filter(({ providerMessageId }) => tables.messages.find(accountId, providerMessageId) === null)
      .map(({ text }) => `${text} never came in at ${nameOf(accountId)}`);
  });
}

/** After quiesce. */
export function checkInbox(story: Story, provider: SimulatedProvider, tables: StoreTables): void {
  for (const missed of missedBy(provider, tables)) story.accuse('I2', missed);
}
