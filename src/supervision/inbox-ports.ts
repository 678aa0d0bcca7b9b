import type { GroupChange } from '#libs/contracts/chat';
import type { MediaView } from '#libs/contracts/media';
import type { MessageView } from '#libs/contracts/message';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { ChatPosition, DriverFact } from '#libs/contracts/session';

/** What somebody did to an earlier message, theirs or ours. */
export type MessageChange = Extract<DriverFact, { type: 'driver.reacted' | 'driver.edited' | 'driver.revoked' }>;

export interface ReceivingTerms {
  readonly at: number;
  /** False: its file is not fetched, and is told as `failed` at once. */
  readonly fetchesMedia: boolean;
  /** False while what came in before is still being told again: the chat may have more that is not stored. */
  readonly movesCursor: boolean;
}

/** Up to where an account knows its chats, by the provider's clock, in milliseconds since 1970. */
export interface InboxPosition {
  /** All chats are known up to here; null: it was never connected. */
  readonly heardUntil: number | null;
  /** Those that are known beyond it. */
  readonly chats: readonly ChatPosition[];
  /** There are messages whose files are still to be fetched. */
  readonly wantsMedia: boolean;
}

export interface WantedMedia {
  readonly messageId: string;
  readonly providerMessageId: string;
  readonly tries: number;
  readonly seconds: number | null;
}

/** What comes in. The same rules as for MessageStore; whatever is told twice changes nothing the second time. */
export interface InboxStore {
  /** Stores once per provider id, with what was done to it before it came. Answers null when it was there already. */
  receive(
    accountId: string,
    epoch: number,
    message: ReceivedMessage,
    terms: ReceivingTerms,
  ): Promise<MessageView | null>;
  /** Null: nothing changed, or the message is not here; then the change is kept until it comes. */
  change(accountId: string, epoch: number, change: MessageChange, at: number): Promise<MessageView | null>;
  /** False: it was told before. */
  changeGroup(accountId: string, epoch: number, change: GroupChange, at: number): Promise<boolean>;
  position(accountId: string): Promise<InboxPosition>;
  heardUntil(accountId: string, epoch: number, until: number): Promise<void>;
  /** Messages whose files are still to be fetched, oldest first, without those of `resting`. */
  mediaWanted(accountId: string, limit: number, resting: readonly string[]): Promise<readonly WantedMedia[]>;
  /** Null: it is not wanted any more; the message was deleted. */
  mediaStored(
    accountId: string,
    epoch: number,
    messageId: string,
    media: MediaView,
    seconds: number | null,
  ): Promise<MessageView | null>;
  /** Counts a try. Answers the message when it is given up by this. */
  mediaTried(accountId: string, epoch: number, messageId: string, isGivenUp: boolean): Promise<MessageView | null>;
}
