import type { GroupChange } from '#libs/contracts/chat';
import type { MediaView } from '#libs/contracts/media';
import type { MessageView } from '#libs/contracts/message';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { InboxPosition, MessageChange, ReceivingTerms, WantedMedia } from '#src/supervision/inbox-ports';
import type { MessageTable } from '#test/simulation/message-table';

type Wanted = WantedMedia & { readonly accountId: string };

/** The rules of src/persistence/inbox-statements.ts, each call at once and whole; what a message says after a change is left out. */
export class InboxTable {
  readonly heard = new Map<string, number>();
  /** Where each began: nothing from before is brought in. */
  readonly begun = new Map<string, number>();
  readonly stored = new Map<string, MediaView>();
  readonly groups = new Set<string>();
  /** In the order in which they counted. */
  readonly changes: MessageChange[] = [];
  private readonly chats = new Map<string, Map<string, number>>();
  private readonly wanted = new Map<string, Wanted>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly messages: MessageTable,
    private readonly check: (accountId: string, epoch: number) => void,
  ) {}

  receive(accountId: string, epoch: number, message: ReceivedMessage, terms: ReceivingTerms): MessageView | null {
    const view = this.messages.receive(accountId, epoch, message, terms.at);
    if (!view) return null;
    if (terms.movesCursor) {
      const chats = this.chats.get(accountId) ?? new Map<string, number>();
      const at = Math.min(message.sentAt, terms.at);
      this.chats.set(accountId, chats.set(message.chatId, Math.max(at, chats.get(message.chatId) ?? at)));
    }
    if (!message.media) return view;
    const { providerMessageId, media } = message;
    if (terms.fetchesMedia)
      this.wanted.set(view.id, { accountId, messageId: view.id, providerMessageId, tries: 0, seconds: media.seconds });
    return { ...view, media: { ...media, id: null, state: terms.fetchesMedia ? 'pending' : 'failed' } };
  }

  change(accountId: string, epoch: number, change: MessageChange): MessageView | null {
    this.check(accountId, epoch);
    if (this.isKnown(accountId, JSON.stringify(change))) return null;
    this.changes.push(change);
    return this.messages.find(accountId, change.providerMessageId);
  }

  changeGroup(accountId: string, epoch: number, { providerMessageId }: GroupChange): boolean {
    this.check(accountId, epoch);
    return !this.isKnown(accountId, providerMessageId);
  }

  position(accountId: string): InboxPosition {
    const heardUntil = this.heard.get(accountId) ?? null;
    const chats = [...(this.chats.get(accountId) ?? [])].map(([chatId, afterMs]) => ({ chatId, afterMs }));
    const wantsMedia = [...this.wanted.values()].some((one) => one.accountId === accountId);
    return { heardUntil, chats: chats.filter(({ afterMs }) => afterMs > (heardUntil ?? 0)), wantsMedia };
  }

  heardUntil(accountId: string, epoch: number, until: number): void {
    this.check(accountId, epoch);
    if (!this.begun.has(accountId)) this.begun.set(accountId, until);
    this.heard.set(accountId, Math.max(until, this.heard.get(accountId) ?? until));
  }

  mediaWanted(accountId: string, limit: number, resting: readonly string[] = []): readonly WantedMedia[] {
    const wanted = [...this.wanted.values()].filter((one) => one.accountId === accountId);
    return wanted.filter(({ messageId }) => !resting.includes(messageId)).slice(0, limit);
  }

  mediaStored(accountId: string, epoch: number, messageId: string, media: MediaView): MessageView | null {
    this.check(accountId, epoch);
    const wanted = this.wanted.get(messageId);
    if (!wanted) return null;
    this.wanted.delete(messageId);
    this.stored.set(messageId, media);
    return this.messages.find(accountId, wanted.providerMessageId);
  }

  mediaTried(accountId: string, epoch: number, messageId: string, isGivenUp: boolean): MessageView | null {
    this.check(accountId, epoch);
    const wanted = this.wanted.get(messageId);
    if (!wanted) return null;
    if (!isGivenUp) {
      this.wanted.set(messageId, { ...wanted, tries: wanted.tries + 1 });
      return null;
    }
    this.wanted.delete(messageId);
    return this.messages.find(accountId, wanted.providerMessageId);
  }

  private isKnown(accountId: string, what: string): boolean {
    const key = `${accountId} ${what}`;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }
}
