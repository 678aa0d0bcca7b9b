import type { EventData } from '#libs/contracts/event-data';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { TransitionView } from '#libs/contracts/transition';
import { locksIn } from '#test/support/whatsapp-stage';
import { join } from 'node:path';
import type { Witnessed } from './journal-reader.js';
import type { RoundResult } from './round.js';
import type { RuntimeEnd } from './service.js';
import type { ChaosStage } from './stage.js';
import type { Sent } from './traffic.js';

/** A message as the API shows it at the end. */
export type Kept = Pick<MessageView, 'id' | 'direction' | 'status' | 'text'> & { readonly error: string | null };

export interface AccountEvidence {
  readonly id: string;
  /** Digits and plus. */
  readonly number: string;
  readonly messages: readonly Kept[];
  readonly history: readonly TransitionView[];
}

/** One event of the log, as far as it is judged. */
export interface Logged {
  readonly id: string;
  readonly cursor: string;
  readonly event: string;
  readonly accountId: string | null;
  readonly at: string;
  /** Of `account.changed`: its steps. */
  readonly steps: readonly number[];
  /** Of a message. */
  readonly message: { readonly id: string; readonly status: MessageStatus } | null;
}

/** All that was seen in a run, for the judge. */
export interface Evidence {
  readonly sent: readonly Sent[];
  readonly journal: readonly Witnessed[];
  readonly journalMissed: number;
  readonly accounts: readonly AccountEvidence[];
  readonly log: readonly Logged[];
  /** Ids of events as the webhook got them, in order, of each account. */
  readonly webhook: ReadonlyMap<string, readonly string[]>;
  readonly rounds: readonly RoundResult[];
  readonly ends: readonly RuntimeEnd[];
  /** Two browsers on one profile. */
  readonly wrongs: readonly { readonly accountId: string; readonly what: string }[];
  /** Alive after the stop. */
  readonly orphans: readonly string[];
  readonly locks: readonly string[];
}

export const WEBHOOK_EVENTS = ['account.changed', 'message.received'] as const;
export async function gatherEvidence(stage: ChaosStage, rounds: readonly RoundResult[]): Promise<Evidence> {
  const { client, fleet, journal, receiver, service, traffic, ours, wrongs, dataDir } = stage;
  await journal.read();
  const accounts: AccountEvidence[] = [];
  for (const { id, number } of fleet.members) accounts.push(await accountEvidence(stage, id, number));
  const log: Logged[] = [];
  for await (const { id, cursor, event, accountId, at, data } of client.events.all({ limit: 1_000 })) {
    const steps =
      event === 'account.changed' ? (data as EventData<'account.changed'>).transitions.map(({ seq }) => seq) : [];
    const message = event.startsWith('message.') ? (data as unknown as EventData<'message.changed'>).message : null;
    log.push({
      id,
      cursor,
      event,
      accountId,
      at,
      steps,
      message: message && { id: message.id, status: message.status },
    });
  }
  const webhook = new Map<string, string[]>();
  for (const { body, eventId } of receiver.taken)
    webhook.set(body.accountId!, [...(webhook.get(body.accountId!) ?? []), eventId]);
  await service.end();
  return {
    sent: traffic.sent,
    journal: journal.entries,
    journalMissed: journal.missed,
    accounts,
    log,
    webhook,
    rounds,
    ends: service.ends,
    wrongs,
    orphans: ours.orphans(),
    locks: await locksIn(join(dataDir, 'sessions')),
  };
}

async function accountEvidence({ client }: ChaosStage, id: string, number: string): Promise<AccountEvidence> {
  const messages: Kept[] = [];
  for await (const { id: messageId, direction, status, text, error } of client.messages.all(id, { limit: 500 }))
    messages.push({ id: messageId, direction, status, text, error: error?.code ?? null });
  const history: TransitionView[] = [];
  for (;;) {
    const { items } = await client.accounts.transitions(id, { after: history.at(-1)?.seq ?? 0, limit: 500 });
    history.push(...items);
    if (items.length < 500) return { id, number, messages, history };
  }
}
