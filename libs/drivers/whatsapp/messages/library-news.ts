import type { Client, GroupNotification } from 'whatsapp-web.js';
import type { Inbox } from './inbox.js';

/** What the library tells of messages, in the words of the page: its own models leave half of it out. */
export function listenToNews(client: Client, inbox: Inbox): void {
  client.on('message', (message) => inbox.messageCame(message.rawData));
  client.on('message_edit', (message, after: unknown, before: unknown) =>
    inbox.edited(message.rawData, { before: textIn(before), after: textIn(after) }),
  );
  client.on('message_revoke_everyone', (message) => inbox.revoked(message.rawData));
  client.on('message_reaction', ({ msgId, senderId, reaction, timestamp }) =>
    inbox.reacted({
      target: msgId._serialized,
      sender: senderId,
      emoji: reaction,
      atMs: Math.round(timestamp * 1_000),
    }),
  );
  for (const event of ['group_join', 'group_leave', 'group_admin_changed', 'group_membership_request', 'group_update'])
    client.on(event, (notification: GroupNotification) => inbox.groupChanged(modelOf(notification)));
}

/** The library's notification, put back into the page's words. */
function modelOf({ id, type, timestamp, body, author, recipientIds }: GroupNotification): object {
  return { id, type: 'gp2', subtype: type, t: timestamp, body, author, recipients: recipientIds };
}

/** The page may say nothing at all. */
function textIn(said: unknown): string | null {
  return typeof said === 'string' ? said : null;
}
