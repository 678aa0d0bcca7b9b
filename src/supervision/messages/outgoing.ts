import type { MediaFile, MediaKind, MessageAction, OutgoingContent } from '#libs/contracts/content';
import { MEDIA_KINDS } from '#libs/contracts/content';
import type { OutboxMessage } from '../ports.js';

export const isMedia = (message: OutboxMessage): message is OutboxMessage & { kind: MediaKind } =>
  MEDIA_KINDS.some((kind) => kind === message.kind);

export const isAction = ({ kind }: OutboxMessage): boolean =>
  kind === 'reaction' || kind === 'edit' || kind === 'revoke';

/** A text that can go in turn with others: nothing has to be found out for it first. */
export const isPlainText = ({ kind, target, content }: OutboxMessage): boolean =>
  kind === 'text' && target === null && !content?.linkPreview;

/** What a driver is told to send. Throws when the row lacks what its kind has: nothing of the sort was accepted. */
export function outgoingOf(message: OutboxMessage, file: MediaFile | null): OutgoingContent {
  const { kind, text, content } = message;
  const mentions = content?.mentions ?? [];
  if (isMedia(message)) {
    const media = expected(file, message);
    return {
      kind: message.kind,
      text,
      mentions,
      media: { ...media, filename: content?.media?.filename ?? media.filename },
    };
  }
  switch (kind) {
    case 'location':
      return { kind, ...expected(content?.location, message) };
    case 'contact':
      return { kind, contacts: expected(content?.contacts, message) };
    case 'poll':
      return { kind, ...expected(content?.poll, message) };
    default:
      return { kind: 'text', text: expected(text, message), mentions, linkPreview: content?.linkPreview ?? false };
  }
}

/** What a driver is told to do to the message `target`. */
export function actionOf(message: OutboxMessage, target: string): MessageAction {
  switch (message.kind) {
    case 'reaction':
      return { kind: 'reaction', target, emoji: expected(message.content?.emoji, message) };
    case 'edit':
      return { kind: 'edit', target, text: expected(message.text, message) };
    default:
      return { kind: 'revoke', target };
  }
}

function expected<T>(value: T | null | undefined, { id, kind }: OutboxMessage): T {
  if (value === null || value === undefined) throw new Error(`the message ${id} lacks what a ${kind} has`);
  return value;
}
