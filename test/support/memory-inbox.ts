import type { InboxStore } from '#src/supervision/inbox-ports';
import type { InboxTable } from './inbox-table.js';

export type InboxCall = keyof InboxStore;
type Carry = <T>(call: InboxCall, id: string, work: () => T) => Promise<T>;

/** The inbox over its table; `carry` takes each call there and back. */
export function inboxOver(table: InboxTable, carry: Carry): InboxStore {
  return {
    receive: (accountId, epoch, message, terms) =>
      carry('receive', message.providerMessageId, () => table.receive(accountId, epoch, message, terms)),
    change: (accountId, epoch, change) =>
      carry('change', change.providerMessageId, () => table.change(accountId, epoch, change)),
    changeGroup: (accountId, epoch, change) =>
      carry('changeGroup', change.providerMessageId, () => table.changeGroup(accountId, epoch, change)),
    position: (accountId) => carry('position', accountId, () => table.position(accountId)),
    heardUntil: (accountId, epoch, until) =>
      carry('heardUntil', accountId, () => table.heardUntil(accountId, epoch, until)),
    mediaWanted: (accountId, limit, resting) =>
      carry('mediaWanted', accountId, () => table.mediaWanted(accountId, limit, resting)),
    mediaStored: (accountId, epoch, messageId, media) =>
      carry('mediaStored', messageId, () => table.mediaStored(accountId, epoch, messageId, media)),
    mediaTried: (accountId, epoch, messageId, isGivenUp) =>
      carry('mediaTried', messageId, () => table.mediaTried(accountId, epoch, messageId, isGivenUp)),
  };
}
