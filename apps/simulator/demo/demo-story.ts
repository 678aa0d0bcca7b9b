import { setTimeout as delay } from 'node:timers/promises';
import type { MusterClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';
import type { MessageStatus } from '#libs/contracts/message';
import type { SimulatorControl } from '../control/control-client.js';
import type { Narrator } from './demo-narrator.js';
import { browserOf, signalTo, type Whereabouts } from './demo-processes.js';

export interface Stage {
  readonly client: MusterClient;
  readonly control: SimulatorControl;
  readonly narrator: Narrator;
  readonly whereabouts: Whereabouts;
  /** Somebody else plays now: no further step is begun. */
  readonly signal: AbortSignal;
}

export type StoryEnd = { readonly ok: true } | { readonly ok: false; readonly message: string };

interface Member {
  readonly id: string;
  readonly label: string;
  readonly number: string;
}

const CAST: Readonly<Record<string, string>> = {
  Alice: '+491700000001',
  Bob: '+491700000002',
  Carol: '+491700000003',
};
/** Numbers of those who are not in the play. */
const NUMBERS_BESIDE = 491_700_000_100;

/** A browser starts in 1 to 3 s, three at once on a busy machine in 30. */
const CONNECTED_MS_MAX = 60_000;
const MESSAGE_MS_MAX = 30_000;
/** Chromium writes a new login to its disk 4 to 6 s after it came: a browser that is killed sooner loses it. */
export const LOGIN_STORED_MS = 6_500;
const LOOK_EVERY_MS = 100;

export const isInTheStory = (label: string): boolean => Object.hasOwn(CAST, label);

/** Who is in the play has a number; everybody else gets one of their own. */
export function createNumbers(): (account: AccountView) => string {
  const others: string[] = [];
  return ({ id, label }) => {
    const known = CAST[label];
    if (known !== undefined) return known;
    if (!others.includes(id)) others.push(id);
    return `+${NUMBERS_BESIDE + others.indexOf(id)}`;
  };
}

/** Plays from the first account to the last reason. A story that can't go on says why in one line; one that is aborted rejects. */
export async function playStory(stage: Stage): Promise<StoryEnd> {
  const cast = await Promise.all(Object.entries(CAST).map(([label, number]) => castMember(label, number, stage)));
  const [alice, bob, carol] = cast;
  if (!alice || !bob || !carol) throw new Error('the play has three parts');
  const accounts = await Promise.all(cast.map((member) => connect(member, stage)));
  const failed = accounts.find(({ status }) => status === 'FAILED');
  if (failed) return { ok: false, message: `${failed.label} can’t connect: ${failed.reason?.message}` };
  const connectedAt = performance.now();
  await sayAndRead('Hello Bob, is that really you?', alice, bob, stage);
  await sayAndRead('It is. Carol, you too?', bob, carol, stage);
  await sayAndRead('Three of three!', carol, alice, stage);
  await delay(Math.max(0, LOGIN_STORED_MS - (performance.now() - connectedAt)), undefined, { signal: stage.signal });
  await loseBrowser(bob, alice, stage);
  await logOut(carol, stage);
  return { ok: true };
}

async function castMember(label: string, number: string, { client, narrator }: Stage): Promise<Member> {
  const { items } = await client.accounts.list({ label, provider: 'whatsapp' });
  const found = items.find((account) => account.label === label);
  if (found) narrator.tell(label, `is known from an earlier run, ${found.status}`);
  const { id } = found ?? (await client.accounts.create({ label, provider: 'whatsapp' }));
  if (!found) narrator.tell(label, `is created: a WhatsApp account for ${number}`);
  return { id, label, number };
}

async function connect({ id }: Member, { client, signal }: Stage): Promise<AccountView> {
  signal.throwIfAborted();
  if ((await client.accounts.get(id)).status !== 'CONNECTED') await client.accounts.connect(id);
  return client.accounts.untilStatus(id, ['CONNECTED', 'FAILED'], { timeoutMs: CONNECTED_MS_MAX });
}

/** The message travels until its reader has opened the chat on the phone. */
async function sayAndRead(text: string, from: Member, to: Member, stage: Stage): Promise<void> {
  const { client, control, narrator, signal } = stage;
  signal.throwIfAborted();
  const { id } = await client.messages.send(from.id, { to: to.number, text });
  narrator.tell(from.label, `to ${to.label}: “${text}”`);
  const delivered = await followMessage(id, 'delivered', from, stage);
  await control.moveAck(delivered.providerMessageId ?? '', 3);
  await followMessage(id, 'read', from, stage);
  const { items } = await client.messages.list(to.id, { direction: 'in', limit: 5 });
  if (items.some((message) => message.text === text)) narrator.tell(to.label, `has it in the inbox of its account`);
  else narrator.tell(to.label, 'has it on the phone; the account hears of it a little later');
}

/** Tells each status it sees on the way. */
async function followMessage(id: string, until: 'delivered' | 'read', from: Member, { client, narrator }: Stage) {
  const ends: readonly MessageStatus[] = [until, 'read', 'failed', 'uncertain'];
  const left = new Set<MessageStatus>(until === 'delivered' ? ['sent', ...ends] : ends);
  for (;;) {
    const message = await client.messages.untilStatus(id, [...left], {
      timeoutMs: MESSAGE_MS_MAX,
      everyMs: LOOK_EVERY_MS,
    });
    narrator.tell(from.label, `the message is ${message.status}`);
    left.delete(message.status);
    if (ends.includes(message.status)) return message;
  }
}

async function loseBrowser(victim: Member, friend: Member, stage: Stage): Promise<void> {
  const { client, narrator, whereabouts, signal } = stage;
  signal.throwIfAborted();
  const browser = browserOf(victim.id, whereabouts);
  if (!browser || !signalTo(browser, 'SIGKILL')) throw new Error(`${victim.label} is connected and has no browser`);
  narrator.tell('chaos', `kills ${victim.label}’s browser (pid ${browser.pid}, SIGKILL)`);
  await client.accounts.untilStatus(victim.id, ['CONNECTING'], { everyMs: LOOK_EVERY_MS });
  signal.throwIfAborted();
  const text = 'My browser has just died. Did you notice?';
  const { id } = await client.messages.send(victim.id, { to: friend.number, text });
  narrator.tell(victim.label, `to ${friend.label}: “${text}” (accepted, and kept until it can be sent)`);
  await client.accounts.untilConnected(victim.id, { timeoutMs: CONNECTED_MS_MAX });
  await followMessage(id, 'delivered', victim, stage);
  const { activeClients } = await client.health.full();
  narrator.tell('Muster', `${activeClients} accounts are connected; the others did not move`);
}

async function logOut({ id, label, number }: Member, { client, control, narrator, signal }: Stage): Promise<void> {
  signal.throwIfAborted();
  narrator.tell('phone', `${number} logs ${label}’s linked device out`);
  await control.logout({ number });
  await client.accounts.untilStatus(id, ['DISCONNECTED'], { timeoutMs: CONNECTED_MS_MAX });
}
