import { filenameSchema } from './content.js';
import { FILENAME_CHARS_MAX } from './limits/messages.js';
import { mimeTypeSchema } from './media.js';

/** As somebody else wrote it, made into what the API would have taken; null when nothing is left of it. */
export function readFilename(text: string | undefined): string | null {
  if (text === undefined) return null;
  const name = text.split(/[/\\]/).at(-1)?.replaceAll(CONTROLS, '').trim();
  const parsed = filenameSchema.safeParse(shortened(name ?? ''));
  return parsed.success ? parsed.data : null;
}

export function readMimeType(text: string | undefined): string {
  const parsed = mimeTypeSchema.safeParse(text?.trim());
  return parsed.success ? parsed.data.toLowerCase() : 'application/octet-stream';
}

/** Control characters, halves of characters, and those that turn the direction of writing: `gpj.exe` can be made to read as `exe.jpg`. */
const CONTROLS = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** Its ending says what it is, and is kept. */
function shortened(name: string): string {
  if (name.length <= FILENAME_CHARS_MAX) return name;
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? '';
  return name.slice(0, FILENAME_CHARS_MAX - ending.length).trimEnd() + ending;
}
