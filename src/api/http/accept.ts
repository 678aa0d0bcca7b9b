/**
 * The offered media type that a caller likes best by its Accept header (RFC 9110): higher q first, then the offer's
 * own order. Null when none is acceptable. Without a header anything is.
 */
export function bestType<T extends string>(accept: string | undefined, offered: readonly T[]): T | null {
  if (accept === undefined || accept.trim() === '') return offered[0] ?? null;
  const wishes = accept.split(',').map(readWish);
  let best: { readonly type: T; readonly q: number } | null = null;
  for (const type of offered) {
    const q = qualityOf(type, wishes);
    if (q > 0 && (best === null || q > best.q)) best = { type, q };
  }
  return best?.type ?? null;
}

interface Wish {
  readonly range: string;
  readonly q: number;
}

function readWish(text: string): Wish {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const q = quality === undefined ? 1 : Number(quality.slice(2));
  return { range, q: q >= 0 && q <= 1 ? q : 0 };
}

/** The most exact range that fits decides, not the most generous one. */
function qualityOf(type: string, wishes: readonly Wish[]): number {
  const group = `${type.split('/', 1)[0]}/*`;
  for (const range of [type, group, '*/*']) {
    const wish = wishes.find((candidate) => candidate.range === range);
    if (wish) return wish.q;
  }
  return 0;
}
