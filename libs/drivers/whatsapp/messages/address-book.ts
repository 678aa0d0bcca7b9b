import type { Page } from 'puppeteer';
import { ownIds, phonesOf } from '../page/reading-scripts.js';
import { Recent } from './recent.js';

/** Names of people, some 100 bytes each; of those that are forgotten the page is asked again. */
const NAMES_KEPT_MAX = 10_000;

/**
 * Who is behind an anonymous id (LID): told by phone where the page knows it, so that a chat has one name. What was learned
 * stays; what the page did not know is asked again with the next message.
 */
export class AddressBook {
  private readonly names = new Recent<string>(NAMES_KEPT_MAX);
  private own: readonly string[] = [];

  constructor(
    private readonly session: { readonly page: Page | null },
    private readonly receipts: { idOf(providerMessageId: string): string },
  ) {}

  /** Learns what it can of these ids. Never rejects: who is unknown is told under the id, rather than not at all. */
  async learn(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => id.endsWith('@lid') && this.names.get(id) === undefined);
    const { page } = this.session;
    if (!page || (unknown.length === 0 && this.own.length > 0)) return;
    try {
      if (this.own.length === 0) this.own = (await page.evaluate(ownIds)).map(userOf);
      if (unknown.length === 0) return;
      const phones = await page.evaluate(phonesOf, unknown);
      for (const [id, phone] of Object.entries(phones)) if (phone !== id) this.names.put(id, phone);
    } catch {
      // The page goes away or knows its modules no more: others tell of that.
    }
  }

  /** The chat's or person's id by phone, where it is known. */
  nameOf(id: string): string {
    return this.names.get(id) ?? id;
  }

  /** The id by which a message was prepared, where it was. */
  idOf(providerMessageId: string): string {
    return this.receipts.idOf(providerMessageId);
  }

  isOwn(id: string): boolean {
    return this.own.includes(userOf(id));
  }
}

/** One person's devices differ behind a colon. */
function userOf(id: string): string {
  return id.replace(/:\d+@/, '@');
}
