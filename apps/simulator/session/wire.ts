import { z } from 'zod';
import { socketStates, type LogoutMode, type SocketState } from '../control/control-words.js';
import { deedNames, type Deed } from '../faults/deed-words.js';
import { chatMarksOrder, type ChatMarks, type GroupView } from '../groups/group-words.js';
import { actKinds, contentSchema, type ActOnWire, type MessageOnWire } from '../messages/message-words.js';

/** The words between a page and its server, one JSON object a frame. A frame with `rid` gets exactly one `reply`, or none. */
const rid = z.number().int();
const text = z.string().max(70_000);
const short = z.string().max(300);
const key = z.object({ fromMe: z.boolean(), chat: short, id: short, participant: short.optional() });

export const frameFromPage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    login: z.object({ device: short, token: short }).nullable(),
    keys: z.object({ noise: short, identity: short, adv: short, platform: short }),
  }),
  z.object({ type: z.literal('state'), state: z.enum(socketStates), hasSynced: z.boolean() }),
  z.object({ type: z.literal('gap'), module: short }),
  z.object({ type: z.literal('refresh-qr') }),
  z.object({ type: z.literal('code'), rid, phone: short }),
  z.object({ type: z.literal('send'), rid, id: short, to: short, content: contentSchema, t: z.number() }),
  /** Something is done to an earlier message; answered by whether it was taken. */
  z.object({
    type: z.literal('act'),
    rid,
    id: short,
    kind: z.enum(actKinds),
    key,
    text,
    options: z.array(z.string().max(1_000)).max(20),
    atMs: z.number(),
  }),
  z.object({
    type: z.literal('lookup'),
    rid,
    keys: z.array(key).max(1_000),
  }),
  z.object({
    type: z.literal('history'),
    rid,
    chat: short,
    before: z.object({ id: short, t: z.number() }).nullable(),
  }),
  z.object({ type: z.literal('group'), rid, id: short }),
  z.object({ type: z.literal('profile'), rid, number: short }),
  z.object({ type: z.literal('preview'), rid, url: z.string().max(70_000) }),
  z.object({ type: z.literal('exists'), rid, number: short }),
  /** Asked before a message is written, while the fault `bad_chat` is set; answered by true or false. */
  z.object({ type: z.literal('may-write'), rid, id: short, to: short }),
  z.object({ type: z.literal('logout'), rid }),
  z.object({ type: z.literal('received'), id: short, from: short, to: short }),
  /** What was said under this number is done, and on disk. */
  z.object({ type: z.literal('got'), n: z.number().int() }),
  z.object({ type: z.literal('seen'), chat: short }),
  /** Shown to the other side: writing, speaking, or neither any more. */
  z.object({ type: z.literal('chat-state'), chat: short, state: z.enum(['typing', 'recording', 'paused']) }),
  z.object({ type: z.literal('mark'), chat: short, marks: chatMarksOrder }),
  z.object({ type: z.literal('deed-done'), deed: z.enum(deedNames), detail: short }),
]);

/** A message as a page knows it; `participant` is who wrote it, in a group. */
export type MessageKey = z.output<typeof key>;
export type FrameFromPage = z.output<typeof frameFromPage>;

/** How the page should play its syncing: after `delayMs`, `once` as it should, or as the fault says. */
export interface SyncPlan {
  readonly delayMs: number;
  readonly hasSynced: 'once' | 'early' | 'twice' | 'never';
}

export interface Me {
  readonly device: string;
  readonly number: string;
  readonly pushname: string;
}

/** A chat as a page that comes in finds it; what was sent to it while it was away is not in there yet. */
export interface ChatOnWire {
  /** Digits, or a group's id. */
  readonly chat: string;
  readonly last: MessageOnWire | null;
  readonly unread: number;
  readonly marks: ChatMarks;
  readonly group: GroupView | null;
}

/** What a page is told of its owner's affairs when it comes in. */
export interface Estate {
  readonly chats: readonly ChatOnWire[];
  /** The address book: names by number. */
  readonly names: Readonly<Record<string, string>>;
}

/** What is kept until the page has confirmed it has a number; the rest is said once. */
export type NumberedFrame = FrameToPage & { readonly n?: number };

export type FrameToPage =
  /** No login: show this QR. */
  | { readonly type: 'unpaired'; readonly ref: string }
  /** The login that the page offered is no longer one. An expired one is forgotten, a revoked one ends in a redirection. */
  | { readonly type: 'refused'; readonly why: 'expired' | 'revoked' }
  | { readonly type: 'ref'; readonly ref: string }
  /** The codes ran out: UNPAIRED_IDLE until the page asks for new ones. */
  | { readonly type: 'idle' }
  /** A phone has scanned or typed; the login follows. */
  | { readonly type: 'pairing' }
  | {
      readonly type: 'paired';
      readonly me: Me;
      readonly token: string;
      readonly sync: SyncPlan;
      readonly estate: Estate;
    }
  | { readonly type: 'welcome'; readonly me: Me; readonly sync: SyncPlan; readonly estate: Estate }
  /** All that had waited for the device has been said. */
  | { readonly type: 'flushed' }
  | { readonly type: 'message'; readonly message: MessageOnWire }
  | { readonly type: 'acted'; readonly act: ActOnWire }
  | { readonly type: 'group'; readonly group: GroupView }
  | { readonly type: 'name'; readonly number: string; readonly name: string }
  | { readonly type: 'marks'; readonly chat: string; readonly marks: ChatMarks }
  | { readonly type: 'ack'; readonly id: string; readonly to: string; readonly ack: number }
  | { readonly type: 'logout'; readonly mode: LogoutMode }
  /** A forced state; null gives the page its own state back. */
  | { readonly type: 'force-state'; readonly state: SocketState | null }
  /** Another page is this device now: CONFLICT, and no word until somebody here takes over. */
  | { readonly type: 'superseded' }
  | { readonly type: 'ask-first'; readonly on: boolean }
  | { readonly type: 'do'; readonly deed: Deed }
  | { readonly type: 'reply'; readonly rid: number; readonly answer: unknown };
