import { Inject, Injectable } from '@nestjs/common';
import type { MessageView, SendMessage } from '#libs/contracts/message';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
import type { EventBus } from '#src/events/event-bus';
import { chatIdOf } from './chat-id.js';
import {
  ACCOUNT_ROUTER,
  ACCOUNT_STORE,
  type AccountStore,
  EVENT_BUS,
  MESSAGE_OUTBOX,
  type MessageOutbox,
} from './stores.js';
import { StoreSilentError } from './timely-store.js';

@Injectable()
export class MessagesService {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(MESSAGE_OUTBOX) private readonly outbox: MessageOutbox,
    @Inject(ACCOUNT_ROUTER) private readonly router: AccountRouter,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
  ) {}

  /** Stores the message, then wakes the account's sender. The same key with the same message answers the first one. */
  async send(accountId: string, body: SendMessage, key: string | null): Promise<Outcome<MessageView>> {
    if (body.kind !== undefined && body.kind !== 'text')
      return refused('not_supported', `Can’t send ${body.kind} yet.`);
    const { to, text } = body;
    const account = await this.accounts.find(accountId);
    if (account === null) return refused('account_not_found');
    const chatId = chatIdOf(account.provider, to);
    const now = Date.now();
    const wanted = { accountId, to, chatId, text, idempotencyKey: key, now };
    const outcome = await this.outbox.accept(wanted).catch((error: unknown) => {
      this.router.wakeOutbox(accountId); // the answer may have been lost after the commit: then it is to be sent
      if (error instanceof StoreSilentError) void error.concluded.then(() => this.router.wakeOutbox(accountId));
      throw error;
    });
    if ('unknownAccount' in outcome) return refused('account_not_found');
    if ('conflict' in outcome) return refused('idempotency_conflict');
    if ('full' in outcome) return refused('outbox_full');
    if (outcome.created) {
      this.bus.publish({ event: 'message.accepted', accountId, at: now, message: outcome.message });
      this.router.wakeOutbox(accountId);
    }
    return accepted(outcome.message);
  }
}
