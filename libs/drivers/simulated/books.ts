import type { AddressBook } from './address-book.js';
import type { ChatBook } from './chat-book.js';
import type { SimulatedFaults } from './faults.js';
import type { FileBook } from './file-book.js';
import type { Mail } from './mail.js';
import type { MessageBook } from './message-book.js';
import type { Clock } from './ports.js';

/** What the servers of the simulated network keep, for those who carry things about between the accounts. */
export interface Books {
  readonly clock: Clock;
  readonly messages: MessageBook;
  readonly chats: ChatBook;
  readonly addresses: AddressBook;
  readonly files: FileBook;
  readonly mail: Mail;
  /** Of the account's own phone. */
  phoneOf(accountId: string): string;
  /** The accounts that are linked devices of this phone. */
  accountsOf(phone: string): readonly string[];
  faultsOf(accountId: string): SimulatedFaults;
}
