import { line } from './line.js';
import { define } from './registry.js';

/** Links in a text, and the little card that is shown of one. */
function findLinks(text) {
  return [...String(text ?? '').matchAll(/https?:\/\/\S+/g)].map(([href]) => ({ href }));
}

/** The server has a look at the link; made up here, since nothing reaches the internet. */
async function getLinkPreview({ href }) {
  const seen = await line.ask({ type: 'preview', url: href });
  if (seen === null) return undefined;
  return { data: { title: seen.title, description: seen.description, canonicalUrl: href, matchedText: href } };
}

define('WALinkify', { findLink: (text) => findLinks(text)[0] ?? null, findLinks });
define('WAWebLinkPreviewChatAction', { getLinkPreview });
