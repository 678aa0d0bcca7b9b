import { Inject, Injectable } from '@nestjs/common';
import type { MessageView } from '#libs/contracts/message';
import type { Page } from '#libs/contracts/page';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { ACCOUNT_STORE, type AccountStore, MESSAGE_OUTBOX, type MessageOutbox, type MessageQuery } from './stores.js';

@Injectable()
export class MessagesQueries {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(MESSAGE_OUTBOX) private readonly outbox: MessageOutbox,
  ) {}

  async list(accountId: string, query: MessageQuery): Promise<Outcome<Page<MessageView>>> {
    if ((await this.accounts.find(accountId)) === null) return refused('account_not_found');
    return accepted(await this.outbox.list(accountId, query));
  }

  async show(id: string): Promise<Outcome<MessageView>> {
    const message = await this.outbox.find(id);
    return message === null ? refused('message_not_found') : accepted(message);
  }
}
