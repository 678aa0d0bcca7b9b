import { SCRAPE_QUESTION_MS_MAX } from '#libs/contracts/limits/runtime';

/** A scrape must work while the store is away: that is when it is looked at. */
export async function orNothing<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), SCRAPE_QUESTION_MS_MAX);
  });
  try {
    return await Promise.race([question, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
