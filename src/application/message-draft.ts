import { createHash } from 'node:crypto';
import type { DriverCapability } from '#libs/contracts/capabilities';
import { ACTION_KINDS, type ActionKind, type SendableKind } from '#libs/contracts/content';
import { MESSAGE_TTL_MS } from '#libs/contracts/limits/messages';
import type { MediaSource, MediaView } from '#libs/contracts/media';
import type { SendMessage } from '#libs/contracts/message';
import type { NewMessage } from './stores.js';

export type MessageAction = Extract<SendMessage, { kind: ActionKind }>;

/** A text need not name its kind. */
export const kindOf = (body: SendMessage): SendableKind => body.kind ?? 'text';

export const isAction = (body: SendMessage): body is MessageAction => ACTION_KINDS.some((kind) => kind === body.kind);

/** All that a driver must be able to do for this message. */
export function neededFor(body: SendMessage): readonly DriverCapability[] {
  const needed: DriverCapability[] = [`send-${kindOf(body)}`];
  if ('replyTo' in body && body.replyTo !== undefined) needed.push('reply');
  if ('mentions' in body && (body.mentions?.length ?? 0) > 0) needed.push('mentions');
  return needed;
}

/** The message that this one does something to, or answers. */
export function targetOf(body: SendMessage): string | null {
  if (isAction(body)) return body.target;
  return body.replyTo ?? null;
}

export const sourceOf = (body: SendMessage): MediaSource | null => ('media' in body ? body.media : null);

/**
 * Tells whether a repeated Idempotency-Key came with the same body. Schemas give fields in one order, whatever the caller's.
 * A plain text is told as versions did that knew nothing else: a key outlives an update of the program.
 */
export function hashOf(body: SendMessage): string {
  const { kind = 'text', ...rest } = body;
  const isPlain = kind === 'text' && Object.values(rest).filter((value) => value !== undefined).length === 2;
  const said = isPlain && 'text' in rest && 'to' in rest ? [rest.to, rest.text] : { kind, ...rest };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** Where it goes, and what is known of it beside its body. */
export interface DraftPlace {
  readonly accountId: string;
  readonly to: string;
  readonly chatId: string;
  readonly media: MediaView | null;
  readonly key: string | null;
  readonly fence: number | null;
  readonly now: number;
}

export function draftOf(body: SendMessage, { accountId, to, chatId, media, key, fence, now }: DraftPlace): NewMessage {
  return {
    accountId,
    kind: kindOf(body),
    to,
    chatId,
    text: 'text' in body ? (body.text ?? null) : null,
    content: contentOf(body, media),
    mediaId: media?.id ?? null,
    targetId: isAction(body) ? body.target : null,
    replyTo: isAction(body) ? null : (body.replyTo ?? null),
    idempotencyKey: key,
    fence,
    bodyHash: hashOf(body),
    now,
    expiresAt: now + (body.ttlMs ?? MESSAGE_TTL_MS),
  };
}

function contentOf(body: SendMessage, media: MediaView | null): NewMessage['content'] {
  const content = {
    ...('location' in body && { location: body.location }),
    ...('contacts' in body && { contacts: body.contacts }),
    ...('poll' in body && { poll: { ...body.poll, multiple: body.poll.multiple ?? false } }),
    ...('emoji' in body && { emoji: body.emoji }),
    ...('mentions' in body && (body.mentions?.length ?? 0) > 0 && { mentions: body.mentions }),
    ...('linkPreview' in body && body.linkPreview !== undefined && { linkPreview: body.linkPreview }),
    ...('media' in body && media && { media: fileOf(body.media, media) }),
  };
  return Object.keys(content).length > 0 ? content : null;
}

/** The name that this message gives the file counts, not the one that it came under. */
const fileOf = (source: MediaSource, { mimeType, filename, bytes }: MediaView) => ({
  mimeType,
  filename: source.filename ?? filename,
  bytes,
  seconds: null,
});
