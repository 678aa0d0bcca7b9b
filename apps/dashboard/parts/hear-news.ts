import type { MusterClient } from '#libs/client/client';
import { MusterStreamError } from '#libs/client/stream-error';
import type { StreamTopic } from '#libs/contracts/stream';

/** After a line that could not be had again. */
const AGAIN_AFTER_MS = 2_000;

/** Says that something has happened, whatever it was, and when the line breaks or is back; until `signal`, or a refusal. */
export async function hearNews(
  muster: MusterClient,
  topics: readonly StreamTopic[],
  tell: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const stream = muster.stream({ topics, signal });
    stream.onState(tell);
    try {
      for await (const _ of stream) tell();
    } catch (error) {
      if (error instanceof MusterStreamError && error.why === 'refused') return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}
