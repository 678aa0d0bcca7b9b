import type { EventStream } from '#libs/client/event-stream';

/** A stream that ends before it was live has its reason for whoever reads it. */
export async function liveOrReason(stream: EventStream): Promise<void> {
  try {
    await stream.untilLive();
  } catch (error) {
    await stream.next();
    throw error;
  }
}
