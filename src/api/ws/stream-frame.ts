import type { LoggedEvent } from '#libs/contracts/event-log';
import { INSPECTION, type InspectionEvent } from '#libs/contracts/inspection';
import type { StreamFrame } from '#libs/contracts/stream';

/** A frame as it goes over the wire. */
export type FrameBytes = Buffer;

export const bytesOf = (frame: StreamFrame): FrameBytes => Buffer.from(JSON.stringify(frame));

const made = new WeakMap<LoggedEvent, FrameBytes>();

/** Made once for all who get it. */
export function frameOf(logged: LoggedEvent): FrameBytes {
  let bytes = made.get(logged);
  if (bytes === undefined) {
    const { topic, event, id, cursor, accountId, at, data } = logged;
    bytes = bytesOf({ topic, event, id, cursor, accountId, at, data });
    made.set(logged, bytes);
  }
  return bytes;
}

export const inspectionFrame = ({ event, accountId, at, data }: InspectionEvent): FrameBytes =>
  bytesOf({ topic: INSPECTION, event, id: null, cursor: null, accountId, at, data: data as StreamFrame['data'] });

/** What only this connection is told. */
export const ownFrame = (
  event: 'stream.hello' | 'stream.heartbeat',
  place: number | null,
  data: StreamFrame['data'],
): FrameBytes =>
  bytesOf({
    topic: 'stream',
    event,
    id: null,
    cursor: place === null ? null : String(place),
    accountId: null,
    at: new Date().toISOString(),
    data,
  });
