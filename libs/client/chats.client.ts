import type {
  ChatView,
  GroupView,
  ListChats,
  ListContacts,
  ListHistory,
  ContactView,
  HistoryLine,
  ProviderPage,
  RegisteredView,
  TypingState,
} from '#libs/contracts/chat';
import type { Transport } from './transport.js';
import { headersOf, type UnderLease } from './under-lease.js';

/** All of it is asked of the connected session at the moment of the call. `chatId`: an id of the provider, or a phone. */
export interface ChatsClient {
  /** Latest first. */
  list(accountId: string, query?: ListChats): Promise<ProviderPage<ChatView>>;
  show(accountId: string, chatId: string): Promise<ChatView>;
  /** The newest messages as the provider has them, oldest first. */
  history(accountId: string, chatId: string, query?: ListHistory): Promise<readonly HistoryLine[]>;
  /** Marks all of it as read; the others may see that. */
  read(accountId: string, chatId: string, under?: UnderLease): Promise<void>;
  typing(accountId: string, chatId: string, state?: TypingState, under?: UnderLease): Promise<void>;
  group(accountId: string, chatId: string): Promise<GroupView>;
}

export function createChatsClient({ call }: Transport): ChatsClient {
  return {
    list: (id, query = {}) => call('listChats', { params: { id }, query }),
    show: (id, chatId) => call('showChat', { params: { id, chatId } }),
    history: async (id, chatId, query = {}) => (await call('listHistory', { params: { id, chatId }, query })).items,
    read: async (id, chatId, under) => {
      await call('readChat', { params: { id, chatId }, headers: headersOf(under) });
    },
    typing: async (id, chatId, state, under) => {
      await call('typeInChat', { params: { id, chatId }, headers: headersOf(under), body: { state } });
    },
    group: (id, chatId) => call('showGroup', { params: { id, chatId } }),
  };
}

export interface ContactsClient {
  list(accountId: string, query?: ListContacts): Promise<ProviderPage<ContactView>>;
  show(accountId: string, contactId: string): Promise<ContactView>;
}

export function createContactsClient({ call }: Transport): ContactsClient {
  return {
    list: (id, query = {}) => call('listContacts', { params: { id }, query }),
    show: (id, contactId) => call('showContact', { params: { id, contactId } }),
  };
}

/** Can this phone be written to? */
export type IsRegistered = (accountId: string, phone: string) => Promise<RegisteredView>;

export const createIsRegistered =
  ({ call }: Transport): IsRegistered =>
  (id, phone) =>
    call('isRegistered', { params: { id }, query: { phone } });
