/**
 * Does in one statement what many ask for at once: whoever comes while one is on its way shares the next. A single one
 * waits for nobody. When a statement fails, all who share it hear of it; so it must be safe to repeat.
 */
export class Gathering<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = [];
  private working = false;

  constructor(
    /** Answers in the order of the asks. */
    private readonly askAll: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
    private readonly togetherMax: number,
  ) {}

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ask, resolve, reject });
      if (!this.working) void this.work();
    });
  }

  /** Never rejects: each hears what became of its own. */
  private async work(): Promise<void> {
    this.working = true;
    await Promise.resolve(); // those of the same moment come together
    while (this.waiting.length > 0) await this.carryOut(this.waiting.splice(0, this.togetherMax));
    this.working = false;
  }

  private async carryOut(batch: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.askAll(batch.map(({ ask }) => ask));
      for (const [at, { resolve }] of batch.entries()) resolve(answers[at]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
