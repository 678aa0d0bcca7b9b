import { type SendableKind } from '#libs/contracts/content';
import { type MessageContent } from './message-content.js';

export interface NewMessage {
  readonly accountId: string;
  readonly kind: SendableKind;
  /** Phone or chat id, as it was given. */
  readonly to: string;
  readonly chatId: string;
  readonly text: string | null;
  readonly content: MessageContent | null;
  readonly mediaId: string | null;
  readonly targetId: string | null;
  readonly replyTo: string | null;
  readonly idempotencyKey: string | null;
  /** Of the lease under which it is sent; null: under none. */
  readonly fence: number | null;
  /** Of all that the caller has asked for. */
  readonly bodyHash: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly expiresAt: number;
}
