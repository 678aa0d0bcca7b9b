const PHONE = /^\+([1-9]\d{6,14})$/;
/** Chats of two (by phone, or by the anonymous id that WhatsApp calls LID) and groups. Status and channels are no recipients yet. */
const CHAT = /^([\w.-]{1,64})@(c\.us|lid|g\.us)$/;

/** The chat behind an E.164 phone or a chat id; null when it is neither. */
export function chatIdOf(to: string): string | null {
  const digits = PHONE.exec(to)?.[1];
  if (digits !== undefined) return `${digits}@c.us`;
  return CHAT.test(to) ? to : null;
}

/** E.164 when the id holds a phone, else the id as it is. */
export function senderOf(chatId: string): string {
  return phoneOf(chatId) ?? chatId;
}

export function phoneOf(chatId: string): string | null {
  const digits = /^(\d+)(?::\d+)?@(?:c\.us|s\.whatsapp\.net)$/.exec(chatId)?.[1];
  return digits === undefined ? null : `+${digits}`;
}
