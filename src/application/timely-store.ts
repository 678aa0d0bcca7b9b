import { STORE_ANSWER_MS_MAX } from '#libs/contracts/limits/runtime';

/** Every method of a store answers with a promise. */
type Answering<Store> = { readonly [Name in keyof Store]: (...asked: never[]) => Promise<unknown> };

/** The store did not answer in time. What it was asked may be carried out all the same. */
export class StoreSilentError extends Error {
  override readonly name = 'StoreSilentError';

  constructor(
    limitMs: number,
    /** Resolves when the answer has come at last, or will not come any more. */
    readonly concluded: Promise<void>,
  ) {
    super(`It said nothing for ${limitMs} ms, so this may be done all the same. ${ONCE}`);
  }
}

/**
 * The store as those see it who wait for an answer over HTTP: each call rejects with StoreSilentError when it has none in
 * time. A statement itself may take longer (STATEMENT_MS_MAX), as upkeep does; a database that is frozen holds it for that
 * long, and its caller must not be held with it.
 */
export function timely<Store extends Answering<Store>>(store: Store, limitMs = STORE_ANSWER_MS_MAX): Store {
  return new Proxy(store, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...asked: readonly unknown[]) =>
        inTime(Reflect.apply(member, target, asked) as Promise<unknown>, limitMs);
    },
  });
}

async function inTime(answer: Promise<unknown>, limitMs: number): Promise<unknown> {
  const concluded = answer.then(nothing, nothing); // a failure after its time is nobody's to hear
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreSilentError(limitMs, concluded)), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const ONCE = 'A message that is given again under its Idempotency-Key is sent once.';
const nothing = (): void => undefined;
