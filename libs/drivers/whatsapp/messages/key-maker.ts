import type { Page } from 'puppeteer';
import { type KeyAnswer, type KeyWish, makeKeys } from '../page/send-scripts.js';

interface Waiting {
  readonly page: Page;
  readonly wish: KeyWish;
  readonly resolve: (answer: KeyAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks the page for the keys of messages to come. Those who come while a question is on its way share the next one: each
 * question costs processor time in three processes, and messages are prepared several at a time.
 */
export class KeyMaker {
  private waiting: Waiting[] = [];
  private isAsking = false;

  /** Null when WhatsApp knows no such chat. Rejects with the page's own words, or when the page goes away. */
  async keyOf(page: Page, ...wish: KeyWish): Promise<string | null> {
    const answer = await new Promise<KeyAnswer>((resolve, reject) => {
      this.waiting.push({ page, wish, resolve, reject });
      if (!this.isAsking) void this.askAll();
    });
    if (answer !== null && typeof answer === 'object') throw new Error(answer.error);
    return answer;
  }

  /** Never rejects: each hears what became of its own. */
  private async askAll(): Promise<void> {
    this.isAsking = true;
    await Promise.resolve(); // those of the same moment come together
    while (this.waiting.length > 0) {
      const { page } = this.waiting[0]!;
      const batch = this.waiting.filter((one) => one.page === page);
      this.waiting = this.waiting.filter((one) => one.page !== page);
      await ask(page, batch);
    }
    this.isAsking = false;
  }
}

async function ask(page: Page, batch: readonly Waiting[]): Promise<void> {
  try {
    const answers = await page.evaluate(
      makeKeys,
      batch.map(({ wish }) => wish),
    );
    for (const [at, { resolve }] of batch.entries()) resolve(answers[at]!);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
