import type { MusterClient } from '#libs/client/client';
import { readEvent } from '#libs/contracts/event-data';
import type { StreamFrame } from '#libs/contracts/stream';
import type { MessageView } from '#libs/contracts/message';

export interface Person {
  readonly id: string;
  readonly phone: string;
}

/** Two accounts of the simulated provider that can write to each other, both connected. */
export async function connectPair(
  { accounts }: MusterClient,
  settings: Readonly<Record<string, number>> = {},
): Promise<{ readonly alice: Person; readonly bob: Person }> {
  const quick = { autoScanMs: 20, readyMs: 20, ackMs: 5, deliveryMs: 5, ...settings };
  const join = async (label: string, phone: string): Promise<Person> => {
    const { id } = await accounts.create({ label, provider: 'simulated', settings: { ...quick, phone } });
    await accounts.connect(id);
    await accounts.untilConnected(id);
    return { id, phone };
  };
  const [alice, bob] = await Promise.all([join('alice', '+380441110001'), join('bob', '+380441110002')]);
  return { alice, bob };
}

/** The message that an event of the topic `messages` is about. */
export function messageOf(frame: StreamFrame): MessageView {
  const told = readEvent(frame);
  if (told === null || !('message' in told.data)) throw new Error(`${frame.event} is about no message`);
  return told.data.message;
}

/** The next frame that fits; those before are passed over. Rejects when none comes in time. */
export async function untilFrame(
  frames: AsyncIterator<StreamFrame, undefined>,
  fits: (frame: StreamFrame) => boolean,
  limitMs = 30_000,
): Promise<StreamFrame> {
  const seen: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it did not come within ${limitMs} ms, but: ${seen.join(', ')}`)),
      limitMs,
    );
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([frames.next(), late]);
      if (done) throw new Error(`the stream ended after: ${seen.join(', ')}`);
      if (fits(value)) return value;
      seen.push(value.event);
    }
  } finally {
    clearTimeout(timer);
  }
}
