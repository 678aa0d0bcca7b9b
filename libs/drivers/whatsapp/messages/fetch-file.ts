import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { JSHandle, Page } from 'puppeteer';
import { MEDIA_DOWNLOAD_MS_MAX } from '#libs/contracts/limits/media';
import {
  beginFetch,
  type FetchedFile,
  fetchedWithin,
  type FetchRefusal,
  type FileFacts,
  readPiece,
} from '../page/file-scripts.js';

/** One answer of the page: small enough for the other accounts of this process to be served in between. */
const PIECE_BYTES = 1_048_576;
/** See hand-over.ts: a download, too, may take longer than the protocol allows one question. */
const OUTCOME_ASKED_MS = 10_000;

type FetchJob = JSHandle<{ readonly done: Promise<FetchedFile | FetchRefusal> }>;

/** Writes a message's file to `path`: all of it or nothing. Rejects when the page goes away or the disk refuses. */
export async function fetchFile(
  page: Page,
  key: string,
  path: string,
  bytesMax: number,
): Promise<FileFacts | FetchRefusal> {
  const until = performance.now() + MEDIA_DOWNLOAD_MS_MAX;
  const job = await page.evaluateHandle(beginFetch, key, bytesMax);
  try {
    const facts = await untilFetched(job, key, until);
    if ('why' in facts) return facts;
    const unfinished = `${path}.${randomUUID()}.part`;
    try {
      if (!(await write(job, facts.bytes, unfinished, until))) return LATE;
      await rename(unfinished, path);
      return facts;
    } finally {
      await rm(unfinished, { force: true });
    }
  } finally {
    await job.dispose().catch(() => {}); // with the page, everything in it is gone, too
  }
}

const LATE: FetchRefusal = { why: 'later', detail: `the file did not come within ${MEDIA_DOWNLOAD_MS_MAX} ms` };

async function untilFetched(job: FetchJob, key: string, until: number): Promise<FileFacts | FetchRefusal> {
  while (performance.now() < until) {
    const end = await job.evaluate(fetchedWithin, key, OUTCOME_ASKED_MS);
    if (end !== 'pending') return end;
  }
  return LATE;
}

/** False when it takes too long. */
async function write(job: FetchJob, bytes: number, path: string, until: number): Promise<boolean> {
  const file = await open(path, 'wx');
  try {
    for (let from = 0; from < bytes; from += PIECE_BYTES) {
      if (performance.now() > until) return false;
      const piece = await job.evaluate(readPiece, from, Math.min(bytes, from + PIECE_BYTES));
      await file.writeFile(Buffer.from(piece, 'base64'));
    }
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}
