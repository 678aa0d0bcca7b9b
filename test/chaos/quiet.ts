import type { MusterClient } from '#libs/client/client';
import { MusterWaitError, waitUntil } from '#libs/client/wait-until';
import type { JournalReader, Witnessed } from './journal-reader.js';
import type { Correspondent } from './traffic.js';

/** An unanswered send is looked up every 30 s, one that was claimed several times is tried again after a minute. */
const QUIET = { timeoutMs: 240_000, everyMs: 1_000 };

/**
 * When nobody writes any more: until nothing of these accounts is on its way, in neither direction. Answers what still was
 * when time was up; the judge names it again, with its story.
 */
export async function untilQuiet(
  client: MusterClient,
  journal: JournalReader,
  accounts: readonly Correspondent[],
  more: () => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<readonly string[]> {
  const onItsWay = async (): Promise<readonly string[]> => {
    await journal.read();
    const left = await Promise.all(accounts.map((account) => leftOf(client, journal, account)));
    return [...left.flat(), ...(await more())];
  };
  return waitUntil('quiet', onItsWay, ({ length }) => length === 0, QUIET).catch((error: unknown) => {
    if (error instanceof MusterWaitError) return error.last as readonly string[];
    throw error;
  });
}

async function leftOf(
  client: MusterClient,
  { entries }: JournalReader,
  { id, number }: Correspondent,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const status of ['queued', 'sending'] as const)
    if ((await client.messages.list(id, { status, limit: 1 })).items.length > 0)
      left.push(`${number} has ${status} messages`);
  const there = new Set<string | null>();
  for await (const { text } of client.messages.all(id, { direction: 'in', limit: 500 })) there.add(text);
  const missing = [...incomingOf(entries, number)].filter((text) => !there.has(text));
  if (missing.length > 0) left.push(`${number} lacks ${missing.length} received messages, such as ${missing[0]}`);
  return left;
}

/** Texts that were handed to devices of this number. People begin to write when it is paired. */
export function incomingOf(journal: readonly Witnessed[], number: string): ReadonlySet<string> {
  const digits = number.replace('+', '');
  const mine = journal.filter((entry) => entry.kind === 'message.incoming' && entry.number === digits);
  return new Set(mine.map(({ text }) => text!));
}
