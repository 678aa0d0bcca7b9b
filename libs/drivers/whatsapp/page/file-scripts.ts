import type { LibraryMedia, MediaMsg, PageWindow } from './page-modules.js';

/** What runs inside WhatsApp's page to bring files in and out. Each function is sent there as text (see page-scripts.ts). */
declare const window: PageWindow;
/** Of the browser's own things only what is used here: the rest of them has no place in a program for Node. */
declare const document: {
  createElement(tag: 'input'): FilePicker;
  createElement(tag: 'video'): { canPlayType(type: string): string };
};
declare class FileReader {
  readonly result: string;
  onload: () => void;
  onerror: () => void;
  readAsDataURL(blob: Blob): void;
}
export interface FilePicker {
  type: string;
  readonly files: readonly Blob[] | null;
}

/** The browser's own way to a file on disk: no byte of it passes through our process. */
export function makePicker(): FilePicker {
  const picker = document.createElement('input');
  picker.type = 'file';
  return picker;
}

export interface PickedFile {
  readonly mimeType: string;
  readonly filename: string;
  readonly bytesMax: number;
  readonly asSticker: boolean;
}

/** The picked file as the library takes it. Throws when it is gone or larger meanwhile, or no picture for a sticker. */
export async function readPicked(picker: FilePicker, picked: PickedFile): Promise<LibraryMedia> {
  const file = picker.files?.[0];
  if (!file) throw new Error('the browser was given no file');
  if (file.size > picked.bytesMax) throw new Error(`the file has ${file.size} bytes`);
  const dataUrl = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error('the browser could not read the file'));
    reader.readAsDataURL(file);
  });
  const data = dataUrl.slice(dataUrl.indexOf(',') + 1);
  const media = { mimetype: picked.mimeType, data, filename: picked.filename };
  return picked.asSticker ? { ...media, ...(await window.WWebJS!.toStickerData(media)) } : media;
}

/** WhatsApp's page looks into a video before it sends it, which needs the codec: not every Chromium has that of most MP4s. */
export function canReadVideo(mimeType: string): boolean {
  const type = /^video\/mp4\s*$/.test(mimeType) ? 'video/mp4; codecs="avc1.42E01E"' : mimeType;
  return document.createElement('video').canPlayType(type) !== '';
}

/** A file brought from the servers, in the page's memory. */
export interface FetchedFile {
  readonly blob: Blob;
}
/** `gone`: for good. `later`: the phone uploads it again, or the servers did not answer. */
export type FetchRefusal = { readonly why: 'gone' | 'later' | 'too_large' | 'no_file'; readonly detail: string };
export interface FileFacts {
  readonly bytes: number;
  readonly mimeType: string | null;
  readonly filename: string | null;
}

/**
 * Brings the file of a message into the page, as the library does, and begins nothing that is larger than allowed. The
 * promise is in an object because a question to the page may not take as long as a download.
 */
export function beginFetch(key: string, bytesMax: number): { readonly done: Promise<FetchedFile | FetchRefusal> } {
  const noPoints = { addAnnotations: () => noPoints, addPoint: () => noPoints };
  const no = (why: FetchRefusal['why'], detail: string): FetchRefusal => ({ why, detail });
  const fetchFile = async (): Promise<FetchedFile | FetchRefusal> => {
    const { Msg } = window.require('WAWebCollections');
    const found = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
    const message = found as MediaMsg | undefined;
    if (message === undefined) return no('gone', 'WhatsApp does not know this message any more');
    if (!message.mediaData || message.directPath === undefined) return no('no_file', 'this message has no file');
    if ((message.size ?? 0) > bytesMax) return no('too_large', `the file has ${message.size} bytes`);
    const stage = (): string => message.mediaData?.mediaStage ?? '';
    if (stage() === 'REUPLOADING') return no('later', 'the phone uploads the file again');
    if (stage() !== 'RESOLVED') await message.downloadMedia({ downloadEvenIfExpensive: true, rmrReason: 1 });
    if (stage() === 'FETCHING' || stage() === 'REUPLOADING') return no('later', 'the file is not there yet');
    if (stage().includes('ERROR')) {
      const isGone = /MISSING|TOO_LARGE|UNSUPPORTED/.test(stage());
      return no(isGone ? 'gone' : 'later', `the page could not get the file (${stage()})`);
    }
    const { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type } = message;
    const which = { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type };
    const how = { signal: new AbortController().signal, downloadQpl: noPoints };
    const bytes = await window
      .require('WAWebDownloadManager')
      .downloadManager.downloadAndMaybeDecrypt({ ...which, ...how });
    if (bytes.byteLength > bytesMax) return no('too_large', `the file has ${bytes.byteLength} bytes`);
    return { blob: new Blob([bytes]) };
  };
  const explain = (error: unknown): FetchRefusal => {
    const isGone = (error as { status?: unknown } | null)?.status === 404;
    const words = error instanceof Error ? error.message : String(error);
    return isGone ? no('gone', 'the file is gone from the servers') : no('later', words.slice(0, 300));
  };
  return { done: fetchFile().catch(explain) };
}

/** How it ended, or `pending` after some time; a file is told by its size alone and stays where it is. */
export async function fetchedWithin(
  job: { readonly done: Promise<FetchedFile | FetchRefusal> },
  key: string,
  ms: number,
): Promise<FileFacts | FetchRefusal | 'pending'> {
  const late = new Promise<'pending'>((resolve) => setTimeout(() => resolve('pending'), ms));
  const end = await Promise.race([job.done, late]);
  if (end === 'pending' || 'why' in end) return end;
  const message = window.require('WAWebCollections').Msg.get(key) as MediaMsg | undefined;
  return { bytes: end.blob.size, mimeType: message?.mimetype ?? null, filename: message?.filename ?? null };
}

/** A piece of it in base64. */
export async function readPiece(
  job: { readonly done: Promise<FetchedFile | FetchRefusal> },
  from: number,
  to: number,
): Promise<string> {
  const file = await job.done;
  if ('why' in file) throw new Error(file.detail);
  return new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new Error('the page could not read the file back'));
    reader.readAsDataURL(file.blob.slice(from, to));
  });
}
