import type { VirtualClock } from '#test/support/virtual-clock';
import type { Invariant } from './invariants.js';

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
  accuse(invariant: Invariant, text: string): void {
    const violation = `${invariant}: ${text}`;
    if (this.violations.includes(violation)) return;
    this.violations.push(violation);
    this.tell('!!!', violation);
  }

  text(): string {
    return this.lines.join('\n');
  }

  /** Of the accounts that a violation names, with all that happened to everybody. Without such an account: the whole. */
  history(): string {
    const named = new Set(this.violations.flatMap((violation) => violation.match(/\ba\d+\b/g) ?? []));
    const isTold = (line: string): boolean => {
      const who = WHO.exec(line)?.[1];
      return named.size === 0 || who === undefined || named.has(who);
    };
    return this.lines.filter(isTold).join('\n');
  }

  private stamp(): string {
    const ms = this.time.now() - this.began;
    return `${String(Math.floor(ms / 1_000)).padStart(6)}.${String(ms % 1_000).padStart(3, '0')} s`;
  }
}

/** Of a line that is about one account. */
const WHO = / s {2}(a\d+) /;

/** `…-000000000002` is account `a2`. */
export const nameOf = (accountId: string): string => `a${Number(accountId.slice(-4))}`;
