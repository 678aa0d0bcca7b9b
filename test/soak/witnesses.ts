import { readEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import { waitUntil } from '#libs/client/wait-until';
import type { SoakScene } from './soak-scene.js';
import type { Tally } from './tally.js';

/** A webhook that said nothing for a while is asked again after a pause. */
const JOURNAL_ENTRIES = 10_000;
const DRAIN = { timeoutMs: 180_000, everyMs: 500 };

export interface Listening {
  /** Asks the provider what came since it was asked last: it forgets after hours. */
  look(): Promise<void>;
  /** Waits until nothing is under way, asks store and provider, and answers how many messages have which status. */
  end(): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

/** Has stream and webhook tell the tally of every message, once by its event. */
export async function listen(scene: SoakScene, tally: Tally): Promise<Listening> {
  const stream = scene.listener.stream({ topics: ['messages'] });
  await stream.untilLive();
  const reading = (async () => {
    for await (const frame of stream) note(tally, 'stream', frame);
  })();
  reading.catch(() => undefined); // told by `end`
  const told = new Set<string>();
  scene.receiver.answer = ({ body }) => {
    if (!told.has(body.id)) note(tally, 'webhook', body); // at least once, under one id
    told.add(body.id);
    return 204;
  };
  const { id: webhookId } = await scene.runtime.client.webhooks.create({
    url: scene.receiver.url,
    events: ['message.*'],
  });
  const look = journalReader(scene, tally);
  return {
    look,
    async end() {
      const { webhooks } = scene.runtime.client;
      await waitUntil(
        'all messages sent',
        () => waitingIn(scene),
        (count) => count === 0,
        DRAIN,
      );
      await waitUntil(
        'all events delivered',
        async () => (await webhooks.get(webhookId)).deliveries.waiting,
        (waiting) => waiting === 0,
        DRAIN,
      );
      stream.close();
      await reading;
      await look();
      return askStore(scene, tally);
    },
    close: () => stream.close(),
  };
}

function note(
  tally: Tally,
  witness: 'stream' | 'webhook',
  told: { readonly event: string; readonly id: string | null; readonly data: unknown },
): void {
  const event = readEvent(told);
  if (event?.event === 'message.accepted') tally.saw(witness, { ...marksOf(event.data.message), direction: 'out' });
  if (event?.event === 'message.received') tally.saw(witness, { ...marksOf(event.data.message), direction: 'in' });
}

const marksOf = ({ accountId, text }: MessageView) => ({ accountId, text: text ?? '' });

async function waitingIn({ runtime, people }: SoakScene): Promise<number> {
  let waiting = 0;
  for (const { id } of people) waiting += (await runtime.client.outbox.show(id)).waiting;
  return waiting;
}

async function askStore({ runtime, people }: SoakScene, tally: Tally): Promise<Readonly<Record<string, number>>> {
  const statuses: Record<string, number> = {};
  for (const { id } of people)
    for await (const message of runtime.client.messages.all(id, { limit: 500 })) {
      const { direction, status } = message;
      tally.saw('store', { ...marksOf(message), direction });
      const name = direction === 'in' ? 'received' : status;
      statuses[name] = (statuses[name] ?? 0) + 1;
    }
  return statuses;
}

/** What the stand-in's servers took, whatever its id; the simulated network keeps no journal. */
function journalReader({ whatsapp, people }: SoakScene, tally: Tally): () => Promise<void> {
  const idOf = new Map(people.map(({ id, number }) => [number.slice(1), id]));
  let after = 0;
  return async () => {
    if (!whatsapp) return;
    for (;;) {
      const entries = await whatsapp.control.journal({ after, kind: 'message.accepted', limit: JOURNAL_ENTRIES });
      for (const { number, text } of entries)
        tally.saw('provider', { direction: 'out', accountId: idOf.get(number ?? '') ?? '', text: text ?? '' });
      after = entries.at(-1)?.seq ?? after;
      if (entries.length < JOURNAL_ENTRIES) return;
    }
  };
}
