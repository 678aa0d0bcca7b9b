import type { OutboxMessage } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import type { ClaimedMessage, Delivery, DeliveryWorld, Progress } from './delivery.js';
import { outgoingOf } from './outgoing.js';

/** What became of messages given to the session together. `last` is the one that `progress` speaks of, if it is held. */
export interface TurnsProgress {
  readonly progress: Progress;
  readonly last: OutboxMessage;
  /** Claimed, and certainly not handed over. */
  readonly notBegun: readonly ClaimedMessage[];
}

/**
 * Has the session hand texts over one after the other. Still one is on its way at a time; what is saved is the way of each
 * answer to this process and of the next order back, which takes as long as the servers do.
 */
export async function deliverInTurn(
  { flight, onHandOver }: DeliveryWorld,
  delivery: Delivery,
  texts: readonly ClaimedMessage[],
  by: AccountSession,
): Promise<TurnsProgress> {
  const messages = texts.map(asOrder);
  const words = texts.map(({ providerMessageId }) => flight.listen(providerMessageId!));
  for (let n = 0; n < texts.length; n += 1) onHandOver();
  const answer = await by.ask('sendInTurn', { messages });
  const handedOver = answer.ok ? answer.value.handedOver : 0;
  for (const word of words.slice(handedOver)) word.cancel();
  let progress: Progress = handedOver > 0 ? 'settled' : 'later';
  for (const [n, word] of words.slice(0, handedOver).entries())
    if ((await delivery.conclude(texts[n]!, await word.promise)) === 'later') progress = 'later';
  // Nothing was done, or nobody knows: then each of them is looked up.
  if (!answer.ok) return { progress: 'later', last: texts[0]!, notBegun: answer.why === 'not_ready' ? texts : [] };
  const { refusal } = answer.value;
  const refused = texts[handedOver];
  if (!refusal || !refused) return { progress, last: texts.at(-1)!, notBegun: texts.slice(handedOver) };
  const after = await delivery.refused(refused, refusal.why, refusal.detail);
  const isLate = progress === 'later' && handedOver > 0;
  return { progress: isLate ? 'later' : after, last: refused, notBegun: texts.slice(handedOver + 1) };
}

function asOrder(text: ClaimedMessage) {
  const { providerMessageId, chatId } = text;
  return { providerMessageId: providerMessageId!, to: chatId, content: outgoingOf(text, null), quoted: null };
}
