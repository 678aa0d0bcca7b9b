import type { GroupChange } from '#libs/contracts/chat';
import type { MessageAction } from '#libs/contracts/content';
import type { DriverFact } from '#libs/contracts/session';
import type { Books } from './books.js';
import type { ChatLine } from './chat-book.js';
import type { Traffic } from './traffic.js';

/**
 * Somebody does something to an earlier message: it changes in every account that has it, and each is told. False: the
 * account has no such message.
 */
export function change(
  books: Books,
  traffic: Traffic,
  accountId: string,
  { by, action }: { readonly by: string; readonly action: MessageAction },
): boolean {
  const holders = traffic.holders(accountId, action.target);
  for (const holder of holders) {
    const line = books.chats.line(holder.accountId, action.target)?.line;
    if (line) alter(line, by, action);
    traffic.tell(holder.accountId, holder.chatId, (at) => factOf(action, by, at));
  }
  if (action.kind === 'revoke') books.files.drop(action.target);
  return holders.length > 0;
}

export function factOf(action: MessageAction, by: string, at: number): DriverFact {
  const providerMessageId = action.target;
  switch (action.kind) {
    case 'reaction':
      return { type: 'driver.reacted', providerMessageId, from: by, emoji: action.emoji, at };
    case 'edit':
      return { type: 'driver.edited', providerMessageId, text: action.text, at };
    case 'revoke':
      return { type: 'driver.revoked', providerMessageId, at };
  }
}

/** Changes a group and tells every account in it, those who have just left included. */
export function changeGroup(books: Books, traffic: Traffic, told: Omit<GroupChange, 'at'>): void {
  const group = books.addresses.group(told.chatId);
  if (!group) throw new Error(`there is no group ${told.chatId}`);
  const concerned = new Set([...group.members.keys(), ...told.people]);
  for (const person of told.people) {
    if (told.change === 'left' || told.change === 'removed') group.members.delete(person);
    else group.members.set(person, told.change === 'promoted' ? 'admin' : 'member');
  }
  if (told.change === 'renamed') group.name = told.text ?? '';
  if (told.change === 'described') group.description = told.text;
  for (const accountId of [...concerned].flatMap((phone) => books.accountsOf(phone)))
    traffic.tell(accountId, told.chatId, (at) => ({ type: 'driver.group', change: { ...told, at } }));
}

function alter(line: ChatLine, by: string, action: MessageAction): void {
  if (action.kind === 'reaction') {
    line.reactions ??= new Map();
    if (action.emoji === '') line.reactions.delete(by);
    else line.reactions.set(by, action.emoji);
  } else if (action.kind === 'edit') line.text = action.text;
  else Object.assign(line, { text: null, revoked: true });
}
