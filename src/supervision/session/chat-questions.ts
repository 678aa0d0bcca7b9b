import type { DriverCapability } from '#libs/contracts/capabilities';
import { accepted, type Outcome, type RefusalCode, refused } from '#libs/contracts/refusals';
import type { SessionOrders, SessionRefusal } from '#libs/contracts/session';
import type { AccountSession } from './account-session.js';

/** What may be asked of a connected account from outside, and what its driver must be able to do for that. */
const NEEDED = {
  listChats: 'chats',
  showChat: 'chats',
  listHistory: 'history',
  markRead: 'mark-read',
  typing: 'typing',
  listContacts: 'contacts',
  showContact: 'contacts',
  showGroup: 'groups',
  isRegistered: 'registered',
} as const satisfies Partial<Record<keyof SessionOrders, DriverCapability>>;
export type ChatQuestion = keyof typeof NEEDED;

const REFUSED_AS: Readonly<Record<SessionRefusal, RefusalCode>> = {
  not_ready: 'not_connected',
  gone: 'not_connected',
  bad_recipient: 'chat_not_found',
  unsupported: 'not_supported',
  rejected: 'provider_refused',
  unanswered: 'session_unanswered',
};

/** Asks the session, if there is one, and says its refusal in the API's words. */
export async function askSession<Name extends ChatQuestion>(
  session: Pick<AccountSession, 'ask'> | null,
  can: ReadonlySet<DriverCapability>,
  name: Name,
  ask: SessionOrders[Name]['ask'],
): Promise<Outcome<SessionOrders[Name]['answer']>> {
  const needed = NEEDED[name];
  if (!can.has(needed)) return refused('not_supported', `It would need “${needed}”.`);
  if (!session) return refused('not_connected');
  const answer = await session.ask(name, ask);
  return answer.ok ? accepted(answer.value) : refused(REFUSED_AS[answer.why], answer.detail);
}
