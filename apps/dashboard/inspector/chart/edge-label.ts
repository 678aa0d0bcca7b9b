import { type Speaker, speakerOf, type Way } from './ways.js';

/** One event beside a line. */
export interface LabelLine {
  readonly event: string;
  readonly speaker: Speaker;
  /** Without the family, which its colour tells: `connect`, `qr`, `launch`. */
  readonly name: string;
  /** Such as ` [loginExpired]`; empty: none. */
  readonly condition: string;
  /** How long it is waited for, such as ` 2 min`. */
  readonly delay: string;
}

/** What stands beside a line: each event once. There is little room, so of several conditions it says only that there are some. */
export function linesOf(ways: readonly Way[]): readonly LabelLine[] {
  return [...new Set(ways.map(({ event }) => event))].map((event) => {
    const same = ways.filter((way) => way.event === event);
    const guards = [...new Set(same.map(({ guard }) => guard))];
    const delay = same.find(({ delayMs }) => delayMs !== null)?.delayMs ?? null;
    const condition = guards.includes(null) ? '' : guards.length === 1 ? ` [${guards[0]}]` : ' […]';
    return {
      event,
      speaker: speakerOf(event),
      name: event.replace(/^(account|driver|deadline)\./, ''),
      condition,
      delay: delay === null ? '' : ` ${shortDelay(delay)}`,
    };
  });
}

/** As short as it can be told. */
export function shortDelay(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 100) / 10} s`;
}
