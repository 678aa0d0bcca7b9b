import { setTimeout as delay } from 'node:timers/promises';

export interface GatheringLimits {
  readonly togetherMax: number;
  /** Statements start at least so far apart. */
  readonly gapMs?: number;
}

/**
 * Does in one statement what many ask for at once: whoever comes while one is on its way shares the next. After a quiet
 * moment a single one waits for nobody. When a statement fails, all who share it hear of it; so it must be safe to repeat.
 */
export class Gathering<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = [];
  private working = false;
  /** When the last one began. */
  private beganAt = -Infinity;

  constructor(
    /** Answers in the order of the asks. */
    private readonly askAll: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
    private readonly limits: GatheringLimits,
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
    while (this.waiting.length > 0) {
      await this.pause();
      this.beganAt = performance.now();
      await this.carryOut(this.waiting.splice(0, this.limits.togetherMax));
    }
    this.working = false;
  }

  private async pause(): Promise<void> {
    const { gapMs = 0, togetherMax } = this.limits;
    const leftMs = this.beganAt + gapMs - performance.now();
    if (leftMs > 0 && this.waiting.length < togetherMax) await delay(leftMs);
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
