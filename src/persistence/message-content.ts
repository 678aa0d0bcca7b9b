import type { ContactCard, Location, Poll } from '#libs/contracts/content';

/** `message.content`: what only some kinds have, as it is stored. */
export interface MessageContent {
  readonly location?: Location;
  readonly contacts?: readonly ContactCard[];
  readonly poll?: Poll;
  readonly emoji?: string;
  readonly mentions?: readonly string[];
  readonly linkPreview?: boolean;
  /** Of the file, as it was said when it was sent or told; `media` has what is on disk. */
  readonly media?: {
    readonly mimeType: string;
    readonly filename: string | null;
    readonly bytes: number | null;
    readonly seconds: number | null;
  };
  /** Incoming: the provider's id of the message that this one answers. */
  readonly quoted?: string;
}
