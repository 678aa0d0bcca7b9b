import { stat } from 'node:fs/promises';
import type { ElementHandle, JSHandle, Page } from 'puppeteer';
import type { OutgoingContent } from '#libs/contracts/content';
import { MEDIA_BYTES_MAX, MEDIA_SEND_MS_MAX } from '#libs/contracts/limits/media';
import { SEND_IN_TURN_MS_MAX } from '#libs/contracts/limits/messages';
import { mismatchOf } from '#libs/contracts/media';
import { textOf } from '../launch-failure.js';
import { canReadVideo, makePicker, readPicked } from '../page/file-scripts.js';
import type { LibraryMedia } from '../page/page-modules.js';
import {
  beginSend,
  canBeQuoted,
  type Handover,
  handOverInTurn,
  outcomeWithin,
  type PageOrder,
  previewOf,
  type TurnLimits,
  type TurnsEnd,
} from '../page/send-scripts.js';
import { type Outgoing, type OutgoingFile, outgoingOf } from './outgoing.js';

/** A preview that takes longer is left out. */
const PREVIEW_MS_MAX = 5_000;
/**
 * The protocol ends a question to the page after 30 s, and an upload may take longer: it is asked after in pieces. With
 * SEND_IN_TURN_MS_MAX it has to stay below SESSION_ANSWER_MS_MAX.
 */
const OUTCOME_ASKED_MS = 10_000;

export interface HandedOver {
  readonly chatId: string;
  readonly key: string;
  readonly content: OutgoingContent;
  readonly quoted: string | null;
}
/** `cannot`: this browser or WhatsApp's page can't do it. `unanswered`: it may still be done. */
export type HandoverEnd = Handover | 'unanswered' | { readonly error: string; readonly why: 'cannot' };

/** Hands one message to the page under its key. Rejects when the page goes away meanwhile: it may be done or not. */
export async function handOver(page: Page, { chatId, key, content, quoted }: HandedOver): Promise<HandoverEnd> {
  const outgoing = outgoingOf(content);
  const obstacle = (await obstacleOfFile(page, content)) ?? (await obstacleOfQuotation(page, quoted));
  if (obstacle) return obstacle;
  const options = { ...outgoing.said.options, ...(quoted === null ? {} : { quotedMessageId: quoted }) };
  const order = { chatId, key, ...outgoing.said, options };
  if (outgoing.media === null && outgoing.previewOf === null) return handOverAtOnce(page, order);
  await using held = new Held();
  const preview = await previewHandle(page, outgoing, held);
  const media = outgoing.media && (await mediaHandle(page, outgoing.media, held));
  if (media && 'why' in media) return media;
  const job = held.keep(await page.evaluateHandle(beginSend, order, media, preview));
  for (const until = performance.now() + MEDIA_SEND_MS_MAX; performance.now() < until; ) {
    const end = await job.evaluate(outcomeWithin, OUTCOME_ASKED_MS);
    if (end !== 'pending') return end;
  }
  return 'unanswered';
}

/**
 * What needs nothing that is held in the page is one question to it instead of three: each costs processor time in three
 * processes. When the page still works on it after that time, a look-up says how it ended.
 */
async function handOverAtOnce(page: Page, order: PageOrder): Promise<HandoverEnd> {
  const begun = `(${String(beginSend)})(${JSON.stringify(order)}, null, null)`;
  const end = (await page.evaluate(`(${String(outcomeWithin)})(${begun}, ${OUTCOME_ASKED_MS})`)) as
    | Handover
    | 'pending';
  return end === 'pending' ? 'unanswered' : end;
}

/** Texts, without what would be held in the page: one question to it for all of them. Rejects when the page goes away. */
export async function handOverTexts(page: Page, texts: readonly HandedOver[]): Promise<TurnsEnd> {
  const orders = texts.map(({ chatId, key, content }): PageOrder => ({ chatId, key, ...outgoingOf(content).said }));
  const limits: TurnLimits = { beginUntil: Date.now() + SEND_IN_TURN_MS_MAX, outcomeMsMax: OUTCOME_ASKED_MS };
  const functions = `${String(beginSend)}, ${String(outcomeWithin)}`;
  const script = `(${String(handOverInTurn)})(${JSON.stringify(orders)}, ${JSON.stringify(limits)}, ${functions})`;
  return (await page.evaluate(script)) as TurnsEnd;
}

/** Things of the page that we hold on to: the page forgets them only when it is told. */
class Held implements AsyncDisposable {
  private readonly handles: JSHandle[] = [];

  keep<Handle extends JSHandle>(handle: Handle): Handle {
    this.handles.push(handle);
    return handle;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // With the page, everything in it is gone, too.
    await Promise.all(this.handles.map((handle) => handle.dispose().catch(() => {})));
  }
}

async function obstacleOfFile(page: Page, content: OutgoingContent): Promise<HandoverEnd | null> {
  if (!('media' in content)) return null;
  const { kind, media } = content;
  const mismatch = mismatchOf(kind, media.mimeType);
  if (mismatch !== null) return refused(mismatch);
  const found = await stat(media.path).catch(() => null);
  if (!found?.isFile()) return refused('the file is not there any more');
  if (found.size > MEDIA_BYTES_MAX) return refused(`the file has ${found.size} bytes; ${MEDIA_BYTES_MAX} are allowed`);
  if (kind !== 'video' || (await page.evaluate(canReadVideo, media.mimeType))) return null;
  const error = `this browser has no codec for ${media.mimeType}: send it as a document, or set CHROMIUM_PATH to Google Chrome`;
  return { error, why: 'cannot' };
}

async function obstacleOfQuotation(page: Page, quoted: string | null): Promise<HandoverEnd | null> {
  if (quoted === null) return null;
  const may = await page.evaluate(canBeQuoted, quoted);
  if (may === 'yes') return null;
  return refused(
    may === 'no'
      ? 'WhatsApp does not let this message be answered'
      : 'WhatsApp does not know the message to be answered',
  );
}

async function previewHandle(page: Page, outgoing: Outgoing, held: Held): Promise<Awaited<PreviewHandle> | null> {
  if (outgoing.previewOf === null) return null;
  return held.keep(await page.evaluateHandle(previewOf, outgoing.previewOf, PREVIEW_MS_MAX));
}
type PreviewHandle = JSHandle<Readonly<Record<string, unknown>> | null>;

/** Brings the file into the page's memory by the browser's own way: our process reads none of it. */
async function mediaHandle(
  page: Page,
  { file, asSticker }: OutgoingFile,
  held: Held,
): Promise<JSHandle<LibraryMedia> | Extract<HandoverEnd, object>> {
  const picker = held.keep(await page.evaluateHandle(makePicker));
  try {
    await (picker as unknown as ElementHandle<never>).uploadFile(file.path);
    const filename = file.filename ?? 'file';
    const picked = { mimeType: file.mimeType, filename, bytesMax: MEDIA_BYTES_MAX, asSticker };
    return held.keep(await page.evaluateHandle(readPicked, picker, picked));
  } catch (error) {
    // Nothing of the message is in the page yet.
    return refused(textOf(error)) as Extract<HandoverEnd, object>;
  }
}

function refused(error: string): HandoverEnd {
  return { error, why: 'refused' };
}
