import { MESSAGE_TTL_MS } from '#libs/contracts/limits/messages';
import type { NewMessage } from '#src/persistence/new-message';

/** A text to Bob, and whatever a test wants otherwise. */
export function plainMessage(accountId: string, { now = Date.now(), ...more }: Partial<NewMessage> = {}): NewMessage {
  const said = { to: '+380441234567', text: 'good morning', ...more };
  return {
    accountId,
    kind: 'text',
    chatId: '380441234567@c.us',
    content: null,
    mediaId: null,
    targetId: null,
    replyTo: null,
    idempotencyKey: null,
    fence: null,
    bodyHash: `${said.to} ${said.text}`,
    now,
    expiresAt: now + MESSAGE_TTL_MS,
    ...said,
  };
}
