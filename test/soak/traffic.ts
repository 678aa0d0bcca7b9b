import { setTimeout as delay } from 'node:timers/promises';
import { MusterApiError } from '#libs/client/api-error';
import type { SoakPerson, SoakScene } from './soak-scene.js';
import type { Tally } from './tally.js';

/** Each account writes and is written to so often, and all together no more often than that. */
const EVERY_MS = 10_000;
const EVERY_MS_MIN = 500;
/** A message that is refused because the store is away is offered again, under its key, until then. */
const ACCEPT_MS_MAX = 60_000;
const AGAIN_MS = 500;
const STRANGER = '+491700000999';

export function messagesPerHour(accounts: number): number {
  return 3_600_000 / Math.max(EVERY_MS_MIN, EVERY_MS / accounts);
}

/** Light and steady, until the signal: one person after the other writes, and is written to. */
export async function keepTalking(scene: SoakScene, tally: Tally, signal: AbortSignal): Promise<void> {
  const { people, whatsapp } = scene;
  const everyMs = Math.max(EVERY_MS_MIN, EVERY_MS / people.length);
  for (let n = 0; !signal.aborted; n += 1) {
    const person = people[n % people.length]!;
    const text = `message ${n} of the soak`;
    // A simulated account writes to the next one, which is how that one is written to.
    const other = people[(n + 1) % people.length]!;
    await accept(scene, person, whatsapp ? STRANGER : other.number, text, tally);
    if (!whatsapp && other !== person) tally.expect('in', other.id, text);
    if (whatsapp) {
      await whatsapp.control.sendIn({ from: STRANGER, to: person.number, text });
      tally.expect('in', person.id, text);
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function accept(
  { runtime }: SoakScene,
  { id, name }: SoakPerson,
  to: string,
  text: string,
  tally: Tally,
): Promise<void> {
  const until = performance.now() + ACCEPT_MS_MAX;
  for (;;) {
    try {
      await runtime.client.messages.send(id, { to, text }, { idempotencyKey: `${id}-${text.replaceAll(' ', '-')}` });
      tally.expect('out', id, text);
      return;
    } catch (error) {
      if (performance.now() > until || isRefusal(error))
        throw new Error(`a message of ${name} was not accepted: ${(error as Error).message}`, { cause: error });
      await delay(AGAIN_MS);
    }
  }
}

/** What is said to be wrong with the call itself is wrong each time. */
const isRefusal = (error: unknown): boolean => error instanceof MusterApiError && error.problem.status < 500;
