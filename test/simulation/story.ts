import type { VirtualClock } from '#test/support/virtual-clock';

/** What happened, a line each, for people; and what should not have happened. The same seed tells the same story. */
export class Story {
  readonly lines: string[] = [];
  readonly violations: string[] = [];
  private readonly began: number;

  constructor(private readonly time: VirtualClock) {
    this.began = time.now();
  }

  /** `who` is an account, or the runtime, the store … */
  tell(who: string, text: string): void {
    this.lines.push(`${this.stamp()}  ${who.padEnd(9)} ${text}`);
  }

  /** An invariant does not hold. Told once for the same text. */
  accuse(invariant: string, text: string): void {
    const violation = `${invariant}: ${text}`;
    if (this.violations.includes(violation)) return;
    this.violations.push(violation);
    this.tell('!!!', violation);
  }

  text(): string {
    return this.lines.join('\n');
  }

  private stamp(): string {
    const ms = this.time.now() - this.began;
    return `${String(Math.floor(ms / 1_000)).padStart(6)}.${String(ms % 1_000).padStart(3, '0')} s`;
  }
}

/** `…-000000000002` is account `a2`. */
export const nameOf = (accountId: string): string => `a${Number(accountId.slice(-4))}`;
