import { type z } from 'zod';
import { type Act, type ActVerdict } from '../messages/acts.js';
import { ackOrder, phoneNumber } from '../control/control-words.js';
import { chatAddress, chatMarksOrder, contactOrder, groupChangeOrder, groupOrder } from '../groups/group-words.js';
import { membersOf, type GroupVerdict } from '../groups/groups.js';
import { type Letter } from '../messages/letters.js';
import { isGroup } from '../messages/message-words.js';
import { writeOnPhone } from './phone-letters.js';
import { editOrder, messageOrder, reactOrder, revokeOrder, voteOrder } from './phone-words.js';
import { newId } from '../messages/post-office.js';
import {
  done,
  judged,
  ok,
  refused,
  with_,
  withNumber,
  type Answer,
  type ControlParts,
  type Outcome,
  type Route,
} from '../control/route.js';

/** What people do with their phones: messages, deeds to messages, groups, and what they keep for themselves. */
export const phoneRoutes: readonly Route[] = [
  { method: 'POST', path: /^\/messages$/, act: with_(messageOrder, sendIn) },
  { method: 'POST', path: /^\/messages\/([^/]+)\/ack$/, act: with_(ackOrder, moveAck) },
  {
    method: 'POST',
    path: /^\/messages\/([^/]+)\/react$/,
    act: with_(reactOrder, ({ by, emoji }, parts, [id]) => act(id, { kind: 'reaction', by, text: emoji }, parts)),
  },
  {
    method: 'POST',
    path: /^\/messages\/([^/]+)\/edit$/,
    act: with_(editOrder, ({ by, text }, parts, [id]) => act(id, { kind: 'edit', by, text }, parts)),
  },
  {
    method: 'POST',
    path: /^\/messages\/([^/]+)\/revoke$/,
    act: with_(revokeOrder, ({ by }, parts, [id]) => act(id, { kind: 'revoke', by }, parts)),
  },
  {
    method: 'POST',
    path: /^\/messages\/([^/]+)\/vote$/,
    act: with_(voteOrder, ({ by, options }, parts, [id]) => act(id, { kind: 'vote', by, options }, parts)),
  },
  { method: 'GET', path: /^\/groups$/, act: (_, { groups }) => ok({ items: groups.list() }) },
  { method: 'POST', path: /^\/groups$/, act: with_(groupOrder, createGroup) },
  { method: 'POST', path: /^\/groups\/([^/]+)\/change$/, act: with_(groupChangeOrder, changeGroup) },
  { method: 'PUT', path: /^\/phones\/([^/]+)\/contacts\/([^/]+)$/, act: withNumber(saveContact) },
  { method: 'PUT', path: /^\/phones\/([^/]+)\/chats\/([^/]+)$/, act: withNumber(markChat) },
];

async function sendIn(draft: z.output<typeof messageOrder>, { post, files, groups }: ControlParts): Promise<Answer> {
  const group = isGroup(draft.to) ? groups.get(draft.to) : undefined;
  if (isGroup(draft.to) && group === undefined) return groupRefusals.group_unknown;
  if (group !== undefined && !membersOf(group).includes(draft.from)) return groupRefusals.not_a_member;
  const quoted = draft.quoted === undefined ? undefined : post.find(draft.quoted)[0];
  if (draft.quoted !== undefined && quoted === undefined) return actRefusals.message_unknown;
  const content = await writeOnPhone(draft, files, quoted);
  return ok(post.sendIn({ ...draft, content }), 202);
}

function moveAck({ ack }: z.output<typeof ackOrder>, { post }: ControlParts, params: readonly string[]): Answer {
  return post.moveAck(params[0] ?? '', ack)
    ? done
    : refused(404, 'message_unknown', 'no device sent a message with this id');
}

type Wish = Pick<Act, 'kind'> & { readonly by?: string | undefined } & Partial<Pick<Act, 'text' | 'options'>>;

function act(id: string | undefined, { kind, by, text = '', options = [] }: Wish, { post, now }: ControlParts): Answer {
  const letter = post.find(id ?? '').at(-1);
  if (letter === undefined) return actRefusals.message_unknown;
  const who = by ?? usualDoer(kind, letter);
  const verdict = post.actIn(
    { kind, id: newId(), by: who, device: null, atMs: now().getTime(), text, options },
    letter,
  );
  return verdict.ok ? done : actRefusals[verdict.why];
}

/** Reactions and votes come from the other side, everything else from the writer. */
function usualDoer(kind: Act['kind'], { from, recipients }: Letter): string {
  return kind === 'reaction' || kind === 'vote' ? (recipients[0] ?? from) : from;
}

const actRefusals: Readonly<Record<Extract<ActVerdict, { ok: false }>['why'], Answer>> = {
  message_unknown: refused(404, 'message_unknown', 'nobody knows a message with this id'),
  not_in_the_chat: refused(409, 'not_in_the_chat', 'this number is not in the chat of the message'),
  not_the_writer: refused(409, 'not_the_writer', 'only who wrote a message may do this to it'),
  too_late: refused(409, 'too_late', 'the message is too old for this'),
  revoked: refused(409, 'revoked', 'the message was deleted for everyone'),
  no_such_thing: refused(409, 'no_such_thing', 'this cannot be done to a message of this type'),
  refused: refused(409, 'refused', 'a fault is set'),
};

function createGroup(order: z.output<typeof groupOrder>, { groups, post }: ControlParts): Answer {
  const news = groups.create({ description: '', ...order });
  if (news === undefined) return refused(409, 'group_exists', 'there is a group with this id');
  post.announce(order.by, news);
  return ok(news.group, 201);
}

function changeGroup(
  order: z.output<typeof groupChangeOrder>,
  { groups, post }: ControlParts,
  params: readonly string[],
): Answer {
  const verdict = groups.change(params[0] ?? '', order);
  if (!verdict.ok) return groupRefusals[verdict.why];
  post.announce(order.by, verdict.news);
  return ok(verdict.news.group);
}

const groupRefusals: Readonly<Record<Extract<GroupVerdict, { ok: false }>['why'], Answer>> = {
  group_unknown: refused(404, 'group_unknown', 'there is no such group: GET /groups lists them'),
  not_a_member: refused(409, 'not_a_member', 'this number is not in the group'),
  not_an_admin: refused(409, 'not_an_admin', 'only admins of the group may do this'),
  nobody_changed: refused(409, 'nobody_changed', 'those people are so already, or are not in the group'),
};

function saveContact(owner: string, body: unknown, { book, post }: ControlParts, params: readonly string[]): Outcome {
  return judged(phoneNumber, params[1], (number) =>
    judged(contactOrder, body, ({ name }) => {
      book.save(owner, number, name);
      post.tellOwner(owner, { type: 'name', number, name });
      return done;
    }),
  );
}

function markChat(owner: string, body: unknown, { book, post }: ControlParts, params: readonly string[]): Outcome {
  return judged(chatAddress, params[1], (chat) =>
    judged(chatMarksOrder, body, (change) => {
      const marks = book.mark(owner, chat, change);
      post.tellOwner(owner, { type: 'marks', chat, marks });
      return ok(marks);
    }),
  );
}
