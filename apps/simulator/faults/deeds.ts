import { type Deed } from './deed-words.js';
import { type Journal } from '../journal.js';
import { whoIs, type Page } from '../session/pages.js';

/** Has an open page do something to itself. The journal says that it was told (`page.deed`); the page says when it is done. */
export function order(page: Page, deed: Deed, journal: Journal): void {
  journal.write({ kind: 'page.deed', page: page.id, ...whoIs(page), detail: JSON.stringify(deed) });
  page.command({ type: 'do', deed });
}

/** The deeds that leave a page behind to tell of them: hang, work and grow. */
export function noteDone(page: Page, deed: Deed['deed'], detail: string, journal: Journal): void {
  journal.write({ kind: 'page.deed_done', page: page.id, ...whoIs(page), detail: `${deed}: ${detail}` });
}
