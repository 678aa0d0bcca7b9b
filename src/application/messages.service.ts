import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Provider } from '#libs/contracts/account';
import { type MediaView, mismatchOf } from '#libs/contracts/media';
import type { MessageView, SendMessage } from '#libs/contracts/message';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
import type { EventBus } from '#src/events/event-bus';
import { chatIdOf } from './chat-id.js';
import { FenceGate, whyAtFence } from './leasing/fence-gate.js';
import { draftOf, hashOf, isAction, neededFor, sourceOf, targetOf } from './message-draft.js';
import {
  type AcceptOutcome,
  ACCOUNT_ROUTER,
  ACCOUNT_STORE,
  type AccountStore,
  DRIVER_CAPABILITIES,
  type DriverCapabilities,
  EVENT_BUS,
  MEDIA_STORE,
  type MediaStore,
  MESSAGE_OUTBOX,
  type MessageOutbox,
  type NewMessage,
} from './stores.js';
import { StoreSilentError } from './timely-store.js';

/** An account's provider never changes, so that a send need not ask for it. Far more than a node has accounts. */
const PROVIDERS_KEPT_MAX = 50_000;

@Injectable()
export class MessagesService {
  private readonly providers = new Map<string, Provider>();

  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(MESSAGE_OUTBOX) private readonly outbox: MessageOutbox,
    @Inject(ACCOUNT_ROUTER) private readonly router: AccountRouter,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(DRIVER_CAPABILITIES) private readonly capabilities: DriverCapabilities,
    @Inject(FenceGate) private readonly fences: Pick<FenceGate, 'turnAway'>,
    @Optional() @Inject(MEDIA_STORE) private readonly media: MediaStore | null = null,
  ) {}

  /**
   * Stores the message, then wakes the account's sender. The same key with the same message answers the first one. Without
   * the fence of the lease that lives nothing is taken while there is one.
   */
  async send(
    accountId: string,
    body: SendMessage,
    key: string | null,
    fence: number | null = null,
  ): Promise<Outcome<MessageView>> {
    const provider = await this.providerOf(accountId);
    if (provider === null) return refused('account_not_found');
    const sendable = this.checkSendable(provider, body);
    if (!sendable.ok) return this.unlessGone(accountId, sendable);
    const place = await this.placeOf(accountId, provider, body);
    if (!place.ok) return this.unlessGone(accountId, place);
    const now = Date.now();
    const said = await this.saidBefore(accountId, body, key, now);
    if (said) return answerTo(said);
    const media = await this.mediaOf(accountId, body);
    if (!media.ok) return media;
    const draft = draftOf(body, { accountId, ...place.value, media: media.value, key, fence, now });
    const outcome = await this.accept(draft);
    const isStored = 'created' in outcome && outcome.created;
    if (!isStored) await this.takeBack(body, media.value);
    const barred = 'fenced' in outcome ? whyAtFence(fence) : 'barred' in outcome ? outcome.barred : null;
    if (barred) return this.fences.turnAway(accountId, barred, { operation: 'sendMessage', fence });
    return answerTo(outcome);
  }

  private async providerOf(accountId: string): Promise<Provider | null> {
    const known = this.providers.get(accountId);
    if (known) return known;
    const account = await this.accounts.find(accountId);
    if (account === null) return null;
    if (this.providers.size >= PROVIDERS_KEPT_MAX) this.providers.clear();
    this.providers.set(accountId, account.provider);
    return account.provider;
  }

  /** Of an account that was deleted since it was last seen here, nothing else is to be said. */
  private async unlessGone<T>(accountId: string, outcome: Outcome<T>): Promise<Outcome<never>> {
    if ((await this.accounts.find(accountId)) === null) return refused('account_not_found');
    return outcome as Outcome<never>;
  }

  private checkSendable(provider: Provider, body: SendMessage): Outcome<null> {
    const can = this.capabilities.get(provider);
    if (!can) return refused('provider_unavailable');
    const missing = neededFor(body).find((capability) => !can.has(capability));
    if (missing) return refused('not_supported', `An account of ${provider} can’t do this: ${missing}.`);
    if (sourceOf(body) && !this.media) return refused('not_supported', 'Files can’t be sent here.');
    return accepted(null);
  }

  /** What is done to a message goes where that message is. */
  private async placeOf(
    accountId: string,
    provider: Provider,
    body: SendMessage,
  ): Promise<Outcome<{ to: string; chatId: string }>> {
    const targetId = targetOf(body);
    const target = targetId === null ? null : await this.outbox.find(targetId);
    if (targetId !== null && !isTarget(target, accountId)) return refused('target_not_found');
    if (!isAction(body)) return accepted({ to: body.to, chatId: chatIdOf(provider, body.to) });
    if (body.kind !== 'reaction' && target?.direction !== 'out')
      return refused('target_not_found', `Only what this account has sent itself can be changed by ${body.kind}.`);
    return accepted({ to: target!.to ?? target!.chatId, chatId: target!.chatId });
  }

  /** Asked before a file is fetched, perhaps from far away, for a message that was accepted long ago. */
  private async saidBefore(
    accountId: string,
    body: SendMessage,
    key: string | null,
    now: number,
  ): Promise<AcceptOutcome | null> {
    return key !== null && sourceOf(body) ? this.outbox.earlier(accountId, key, hashOf(body), now) : null;
  }

  /** A page that says “not found” comes in place of many a picture: better told now than by the provider. */
  private async mediaOf(accountId: string, body: SendMessage): Promise<Outcome<MediaView | null>> {
    if (!('media' in body) || !this.media) return accepted(null);
    const media = await this.media.resolve(accountId, body.media);
    const mismatch = media.ok ? mismatchOf(body.kind, media.value.mimeType) : null;
    if (!media.ok || mismatch === null) return media;
    await this.takeBack(body, media.value);
    return refused('media_mismatch', mismatch);
  }

  private async accept(draft: NewMessage): Promise<AcceptOutcome> {
    const { accountId } = draft;
    const outcome = await this.outbox.accept(draft).catch((error: unknown) => {
      this.router.wakeOutbox(accountId); // the answer may have been lost after the commit: then it is to be sent
      if (error instanceof StoreSilentError) void error.concluded.then(() => this.router.wakeOutbox(accountId));
      throw error;
    });
    if ('created' in outcome && outcome.created) {
      this.bus.publish({ event: 'message.accepted', accountId, at: draft.now, message: outcome.message });
      this.router.wakeOutbox(accountId);
    }
    return outcome;
  }

  /** A file that was stored for this message alone. */
  private async takeBack(body: SendMessage, media: MediaView | null): Promise<void> {
    const source = sourceOf(body);
    if (media && source && !('id' in source)) await this.media?.discard(media.id);
  }
}

function answerTo(outcome: AcceptOutcome): Outcome<MessageView> {
  if ('created' in outcome) return accepted(outcome.message);
  if ('conflict' in outcome) return refused('idempotency_conflict');
  return refused('full' in outcome ? 'outbox_full' : 'account_not_found');
}

/** Something that was said in this account, and did not come to nothing. */
const isTarget = (target: MessageView | null, accountId: string): boolean =>
  target?.accountId === accountId &&
  target.status !== 'failed' &&
  target.kind !== 'reaction' &&
  target.kind !== 'edit' &&
  target.kind !== 'revoke';
