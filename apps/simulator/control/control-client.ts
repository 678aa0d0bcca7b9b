import {
  type DeviceView,
  type JournalKind,
  type LogoutMode,
  type MessageView,
  type PageView,
  type PhoneOrder,
  type PhoneView,
} from './control-words.js';
import { type DeedOrder, type DeedView } from '../faults/deed-words.js';
import { type FaultOrder, type FaultView } from '../faults/fault-words.js';
import { type ChatMarks, type GroupChangeOrder, type GroupOrder, type GroupView } from '../groups/group-words.js';
import { type JournalEntry } from '../journal.js';
import { type MessageOrder } from '../phones/phone-words.js';

/** The stand-in said no: `code` is the problem's stable code. */
export class ControlRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** Plays the phones of a running stand-in. Every refusal is thrown as ControlRefusal. */
export interface SimulatorControl {
  pages(): Promise<readonly PageView[]>;
  devices(): Promise<readonly DeviceView[]>;
  scan(order: { qr: string; number: string; pushname?: string }): Promise<{ page: string }>;
  enterCode(order: { code: string; number: string }): Promise<{ page: string }>;
  rotateQr(page: string, order?: { idle?: boolean }): Promise<PageView>;
  phone(number: string): Promise<PhoneView>;
  setPhone(number: string, order: PhoneOrder): Promise<PhoneView>;
  /** A phone writes a message of any kind, to a person or a group. */
  sendIn(order: MessageOrder): Promise<MessageView>;
  /** Somebody's phone does something to a message; `id` as the library gives it, or its last part. An empty emoji takes it back. */
  react(id: string, order: { emoji: string; by?: string }): Promise<void>;
  edit(id: string, order: { text: string; by?: string }): Promise<void>;
  revoke(id: string, order?: { by?: string }): Promise<void>;
  vote(id: string, order: { options: readonly string[]; by?: string }): Promise<void>;
  groups(): Promise<readonly GroupView[]>;
  createGroup(order: GroupOrder): Promise<GroupView>;
  changeGroup(id: string, order: GroupChangeOrder): Promise<GroupView>;
  /** In the address book of `owner`; an empty name takes the line out. */
  saveContact(owner: string, number: string, name: string): Promise<void>;
  /** `chat` is a number or a group. */
  markChat(owner: string, chat: string, marks: Partial<ChatMarks>): Promise<ChatMarks>;
  /** `id` as the library gives it (`true_4917…@c.us_3EB0…`) or its last part. */
  moveAck(id: string, ack: -1 | 1 | 2 | 3): Promise<void>;
  logout(order: { device?: string; number?: string; mode?: LogoutMode }): Promise<{ items: readonly string[] }>;
  journal(filter?: { after?: number; limit?: number; kind?: JournalKind }): Promise<readonly JournalEntry[]>;
  faults(): Promise<readonly FaultView[]>;
  setFault(fault: FaultOrder): Promise<FaultView>;
  removeFault(id: string): Promise<void>;
  clearFaults(): Promise<void>;
  /** Has open pages do something to themselves; answers the ids of those that were told. */
  do(order: DeedOrder): Promise<DeedView>;
  reset(): Promise<void>;
}

/** `baseUrl` like `http://127.0.0.1:5081` */
export function connectSimulatorControl(baseUrl: string): SimulatorControl {
  const items = async <Item>(path: string): Promise<readonly Item[]> =>
    (await call<{ items: readonly Item[] }>(baseUrl, 'GET', path)).items;
  const post = <Answer>(path: string, body: unknown = {}): Promise<Answer> => call<Answer>(baseUrl, 'POST', path, body);
  return {
    pages: () => items('/pages'),
    devices: () => items('/devices'),
    scan: (order) => post('/scan', order),
    enterCode: (order) => post('/enter-code', order),
    rotateQr: (page, order) => post(`/pages/${page}/rotate-qr`, order),
    phone: (number) => call(baseUrl, 'GET', `/phones/${number}`),
    setPhone: (number, order) => call(baseUrl, 'PUT', `/phones/${number}`, order),
    sendIn: (order) => post('/messages', order),
    react: (id, order) => post(`${messageAt(id)}/react`, order),
    edit: (id, order) => post(`${messageAt(id)}/edit`, order),
    revoke: (id, order) => post(`${messageAt(id)}/revoke`, order),
    vote: (id, order) => post(`${messageAt(id)}/vote`, order),
    groups: () => items('/groups'),
    createGroup: (order) => post('/groups', order),
    changeGroup: (id, order) => post(`/groups/${id}/change`, order),
    saveContact: (owner, number, name) => call(baseUrl, 'PUT', `/phones/${owner}/contacts/${number}`, { name }),
    markChat: (owner, chat, marks) => call(baseUrl, 'PUT', `/phones/${owner}/chats/${chat}`, marks),
    moveAck: (id, ack) => post(`${messageAt(id)}/ack`, { ack }),
    logout: (order) => post('/logout', order),
    journal: (filter = {}) => {
      const query = Object.entries(filter).filter(([, value]) => value !== undefined);
      return items(
        `/journal?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, String(value)])).toString()}`,
      );
    },
    faults: () => items('/faults'),
    setFault: (fault) => post('/faults', fault),
    removeFault: (id) => call(baseUrl, 'DELETE', `/faults/${id}`),
    clearFaults: () => call(baseUrl, 'DELETE', '/faults'),
    do: ({ page, ...order }) => post(page === undefined ? '/do' : `/pages/${page}/do`, order),
    reset: () => post('/reset'),
  };
}

const messageAt = (id: string): string => `/messages/${encodeURIComponent(id)}`;

/** Loopback, and nothing there takes longer than a moment. */
const CALL_MS_MAX = 10_000;

async function call<Answer>(baseUrl: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(baseUrl + path, {
    method,
    signal: AbortSignal.timeout(CALL_MS_MAX),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer as Answer;
  const { code = 'unknown', detail = text } = answer as { code?: string; detail?: string };
  throw new ControlRefusal(response.status, code, detail);
}
