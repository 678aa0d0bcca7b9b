import { CATCH_UP_CHATS_MAX, CATCH_UP_MESSAGES_MAX } from '#libs/contracts/limits/messages';
import { no, type Orders, whenReady, yes } from './ordered-session.js';

const PAGE = { chatsMax: CATCH_UP_CHATS_MAX, factsMax: CATCH_UP_MESSAGES_MAX };

export const INBOX_ORDERS: Pick<Orders, 'fetchMedia' | 'catchUp'> = {
  fetchMedia: whenReady<'fetchMedia'>(async ({ provider }, { providerMessageId, path, bytesMax }) => {
    const file = provider.files.find(providerMessageId);
    if (!file) return no('rejected', 'its file is not to be had any more');
    try {
      const bytes = await provider.files.bring(file, path);
      if (bytes > bytesMax) return no('rejected', `the file has ${bytes} bytes`);
      return yes({ bytes, mimeType: file.mimeType, filename: file.filename });
    } catch (error) {
      return no('rejected', `its file could not be brought: ${String(error)}`);
    }
  }),

  catchUp: whenReady<'catchUp'>((session, ask) => {
    const { facts, more } = session.provider.chats.newsAfter(session.accountId, ask, PAGE);
    for (const fact of facts) session.say(fact);
    return yes({ told: facts.length, more });
  }),
};
