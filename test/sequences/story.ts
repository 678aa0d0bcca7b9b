/** What was done and seen in one sequence, a line each with its time, and what should not have happened. */
export class Story {
  readonly violations: string[] = [];
  private readonly lines: { readonly at: number; readonly text: string }[] = [];
  private readonly began = Date.now();

  constructor(readonly seed: number) {}

  /** `who` is an account of the sequence. Also takes what happened earlier, such as a step of a history. */
  tell(who: string, text: string, at = Date.now()): void {
    const seconds = ((at - this.began) / 1_000).toFixed(3);
    this.lines.push({ at, text: `${seconds.padStart(8)} s  ${who.padEnd(5)} ${text}` });
  }

  /** Told once for the same text. */
  accuse(who: string, text: string): void {
    const violation = `${who}: ${text}`;
    if (this.violations.includes(violation)) return;
    this.violations.push(violation);
    this.tell('!!!', violation);
  }

  /** In the order of time: histories are read at the end. */
  text(): string {
    const lines = this.lines.toSorted((one, other) => one.at - other.at).map(({ text }) => text);
    if (this.violations.length === 0) return lines.join('\n');
    return [
      ...lines,
      '',
      `seed ${this.seed} fails:`,
      ...this.violations.map((violation) => `  ${violation}`),
      `the same schedule alone (in real time, which is never the same): npm run sequences -- --count 1 --seed ${this.seed}`,
    ].join('\n');
  }
}
