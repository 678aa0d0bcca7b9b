import { fetchFile } from '../messages/fetch-file.js';
import { type Answer, type Ask, no, NOT_READY, type OrderedSession, readyPage, yes } from './order-answers.js';

export async function fetchMedia(session: OrderedSession, ask: Ask<'fetchMedia'>): Promise<Answer<'fetchMedia'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const file = await fetchFile(page, ask.providerMessageId, ask.path, ask.bytesMax);
  if ('why' in file) return no(file.why === 'later' ? 'unanswered' : 'rejected', file.detail);
  const { bytes, mimeType, filename } = file;
  return yes({ bytes, mimeType: mimeType ?? 'application/octet-stream', filename });
}

export async function catchUp(session: OrderedSession, ask: Ask<'catchUp'>): Promise<Answer<'catchUp'>> {
  const page = readyPage(session);
  return page ? yes(await session.inbox.catchUp(page, ask)) : NOT_READY;
}
