interface Asking<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** Between who brings items and who asks for them. What came before the end is given out before the end is told. */
export class FrameQueue<T> {
  readonly #items: T[] = [];
  readonly #asking: Asking<T>[] = [];
  #end: { readonly error?: unknown } | null = null;

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const first = this.#asking.shift();
    if (first) first.resolve({ done: false, value: item });
    else this.#items.push(item);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#items.length > 0) resolve({ done: false, value: this.#items.shift()! });
      else if (this.#end) this.#tellEnd({ resolve, reject });
      else this.#asking.push({ resolve, reject });
    });
  }

  /** With an error, whoever asks first is told it, and all others that there is no more. */
  end(error?: unknown): void {
    this.#end ??= { error };
    for (const asking of this.#asking.splice(0)) this.#tellEnd(asking);
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.#items.length = 0;
    this.end();
    this.#end = {};
  }

  #tellEnd(asking: Asking<T>): void {
    const error = this.#end?.error;
    this.#end = {};
    if (error === undefined) asking.resolve({ done: true, value: undefined });
    else asking.reject(error);
  }
}
