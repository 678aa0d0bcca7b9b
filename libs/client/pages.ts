import type { Page } from '#libs/contracts/page';

/** All items of a list, page by page as they are asked for. */
export async function* pagesOf<T>(
  list: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
