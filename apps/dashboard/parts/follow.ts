import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import type { EventStream, StreamState } from '#libs/client/event-stream';
import type { StreamOptions } from '#libs/client/stream.client';
import { MusterStreamError } from '#libs/client/stream-error';
import type { StreamFrame } from '#libs/contracts/stream';

/** After a fault that is no refusal. */
const AGAIN_AFTER_MS = 2_000;

export interface Follower {
  /** Each time when nothing that happens is missed any more: what was before. */
  readonly read?: () => Promise<void>;
  readonly take: (frame: StreamFrame) => Promise<void> | void;
  readonly line?: (state: StreamState) => void;
  /** Reading or listening went wrong. Answers whether it is tried again. */
  readonly failed: (error: unknown) => boolean;
}

/** Listens first and reads then, so that nothing falls between; anew after each fault, until `signal` or `failed` ends it. */
export async function follow(
  muster: Pick<MusterClient, 'stream'>,
  options: StreamOptions & { readonly signal: AbortSignal },
  { read, take, line, failed }: Follower,
): Promise<void> {
  while (!options.signal.aborted) {
    const stream = muster.stream(options);
    if (line) stream.onState(line);
    try {
      await liveOrReason(stream);
      await read?.();
      for await (const frame of stream) await take(frame);
    } catch (error) {
      if (options.signal.aborted || !failed(error)) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    } finally {
      stream.close();
    }
  }
}

/** A stream that ends before it was live has its reason for whoever reads it. */
async function liveOrReason(stream: EventStream): Promise<void> {
  try {
    await stream.untilLive();
  } catch (error) {
    await stream.next();
    throw error;
  }
}

/** Muster has closed the line for good. */
export const isRefused = (error: unknown): boolean => error instanceof MusterStreamError && error.why === 'refused';

/** For a page about one account: a person is told once what the API refuses. A line that is lost, the frame tells. */
export function toldOnce(fail: (error: unknown) => void): Follower['failed'] {
  let told = false;
  return (error) => {
    // An account that is just being deleted is no trouble.
    const isTold = isRefused(error) || (error instanceof MusterApiError && error.problem.status !== 404);
    if (isTold && !told) fail(error);
    told ||= isTold;
    return !isRefused(error);
  };
}
