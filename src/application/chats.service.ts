import { Inject, Injectable } from '@nestjs/common';
import type {
  ChatView,
  ContactView,
  GroupView,
  HistoryLine,
  Listed,
  ProviderPage,
  RegisteredView,
  TypingState,
} from '#libs/contracts/chat';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import { type Outcome, refused } from '#libs/contracts/refusals';
import type { SessionOrders } from '#libs/contracts/session';
import type { AccountRouter } from '#src/cluster/account-router';
import { chatIdOf } from './chat-id.js';
import { ACCOUNT_ROUTER, ACCOUNT_STORE, type AccountStore } from './stores.js';

type Question = Parameters<AccountRouter['ask']>[1];

/** Chats, contacts and groups as the provider has them at this moment; a phone names the chat with its owner. */
@Injectable()
export class ChatsService {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(ACCOUNT_ROUTER) private readonly router: AccountRouter,
  ) {}

  async list(
    id: string,
    { kind, cursor, limit }: OperationInput<'listChats'>['query'],
  ): Promise<Outcome<ProviderPage<ChatView>>> {
    return pageFrom(cursor, await this.ask(id, 'listChats', () => ({ kind: kind ?? null, offset: cursor, limit })));
  }

  show(id: string, chatId: string): Promise<Outcome<ChatView>> {
    return this.ask(id, 'showChat', (idOf) => ({ chatId: idOf(chatId) }));
  }

  /** One page only: the provider's newest. What is older and came in here is among the account's messages. */
  async history(id: string, chatId: string, limit: number): Promise<Outcome<Page<HistoryLine>>> {
    const asked = await this.ask(id, 'listHistory', (idOf) => ({ chatId: idOf(chatId), limit }));
    return asked.ok ? { ok: true, value: { items: asked.value.items, nextCursor: null } } : asked;
  }

  markRead(id: string, chatId: string): Promise<Outcome<unknown>> {
    return this.ask(id, 'markRead', (idOf) => ({ chatId: idOf(chatId) }));
  }

  type(id: string, chatId: string, state: TypingState): Promise<Outcome<unknown>> {
    return this.ask(id, 'typing', (idOf) => ({ chatId: idOf(chatId), state }));
  }

  group(id: string, chatId: string): Promise<Outcome<GroupView>> {
    return this.ask(id, 'showGroup', (idOf) => ({ chatId: idOf(chatId) }));
  }

  async contacts(
    id: string,
    { cursor, limit }: OperationInput<'listContacts'>['query'],
  ): Promise<Outcome<ProviderPage<ContactView>>> {
    return pageFrom(cursor, await this.ask(id, 'listContacts', () => ({ offset: cursor, limit })));
  }

  contact(id: string, contactId: string): Promise<Outcome<ContactView>> {
    return this.ask(id, 'showContact', (idOf) => ({ contactId: idOf(contactId) }));
  }

  registered(id: string, phone: string): Promise<Outcome<RegisteredView>> {
    return this.ask(id, 'isRegistered', () => ({ phone }));
  }

  private async ask<Name extends Question>(
    accountId: string,
    name: Name,
    asking: (idOf: (given: string) => string) => SessionOrders[Name]['ask'],
  ): Promise<Outcome<SessionOrders[Name]['answer']>> {
    const account = await this.accounts.find(accountId);
    if (!account) return refused('account_not_found');
    return this.router.ask(
      accountId,
      name,
      asking((given) => chatIdOf(account.provider, given)),
    );
  }
}

/** A cursor is a place in the list as it is now: the provider gives no other. */
function pageFrom<T>(cursor: number, asked: Outcome<Listed<T>>): Outcome<ProviderPage<T>> {
  if (!asked.ok) return asked;
  const { items, total } = asked.value;
  const next = cursor + items.length;
  return { ok: true, value: { items, nextCursor: items.length > 0 && next < total ? String(next) : null, total } };
}
