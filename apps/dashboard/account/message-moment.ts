import type { MessageView } from '#libs/contracts/message';

/** When it was said: what somebody wrote while nobody listened is stored much later. */
export function momentOf({
  direction,
  sentAt,
  createdAt,
}: Pick<MessageView, 'direction' | 'sentAt' | 'createdAt'>): string {
  return direction === 'in' ? (sentAt ?? createdAt) : createdAt;
}
