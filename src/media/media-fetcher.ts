import { parse } from 'content-disposition';
import type { Readable } from 'node:stream';
import { readFilename, readMimeType } from '#libs/contracts/file-names';
import {
  MEDIA_BYTES_MAX,
  MEDIA_FETCH_MS_MAX,
  MEDIA_FETCHES_MAX,
  MEDIA_FETCHES_WAITING_MAX,
} from '#libs/contracts/limits/media';
import type { MediaView } from '#libs/contracts/media';
import { type Outcome, refused } from '#libs/contracts/refusals';
import type { Exchanged, Outbound } from '#src/outbound/outbound';
import { createPlaces } from '#src/outbound/places';
import { inTime } from '#src/outbound/time-limit';
import type { NotReached } from '#src/outbound/target';

/** On its way from elsewhere: as long as it will be, and as its server calls it. */
export interface FetchedMedia {
  readonly content: Readable;
  readonly mimeType: string;
  readonly filename: string | null;
}

/** Brings files by URL, a few at a time, each within MEDIA_FETCH_MS_MAX from the call to its last byte. */
export interface MediaFetcher {
  /** `take` reads the content, whose error says that it did not come whole or in time. */
  fetch(url: string, take: (media: FetchedMedia) => Promise<Outcome<MediaView>>): Promise<Outcome<MediaView>>;
  /** Breaks off what is on its way. */
  close(): void;
}

export function createMediaFetcher(outbound: Outbound, msMax = MEDIA_FETCH_MS_MAX): MediaFetcher {
  const over = new AbortController();
  const places = createPlaces(MEDIA_FETCHES_MAX, MEDIA_FETCHES_WAITING_MAX);
  return {
    async fetch(url, take) {
      return inTime(over.signal, msMax, async (signal) => {
        const leave = await places.take(signal);
        if (leave === null) return refused('busy', 'Too many files are being fetched.');
        try {
          const answer = await outbound.fetch(url, signal);
          if (!answer.ok) return refusalOf(answer);
          const fault = faultOf(answer);
          if (fault === null) return await take(describe(answer, url));
          answer.body.destroy();
          return fault;
        } finally {
          leave();
        }
      });
    },
    close: () => over.abort(),
  };
}

function refusalOf({ why, detail }: NotReached): Outcome<never> {
  return refused(why === 'forbidden' ? 'target_forbidden' : 'media_unreachable', detail);
}

/** A length that is told spares the way; it is not trusted to be true. */
function faultOf({ status, headers }: Exchanged): Outcome<never> | null {
  if (status !== 200) return refused('media_unreachable', `It was answered with ${status}.`);
  return Number(headers['content-length'] ?? 0) > MEDIA_BYTES_MAX ? refused('media_too_large') : null;
}

function describe({ headers, body }: Exchanged, url: string): FetchedMedia {
  const told = headers['content-disposition'];
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return {
    content: body,
    mimeType: readMimeType(headers['content-type']),
    filename: readFilename(told && nameIn(told)) ?? readFilename(lastPartOf(path)),
  };
}

/** A header that can't be read tells no name. */
function nameIn(header: string): string | undefined {
  try {
    return parse(header).parameters['filename'];
  } catch {
    return undefined;
  }
}

function lastPartOf(path: string): string {
  const last = path.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
