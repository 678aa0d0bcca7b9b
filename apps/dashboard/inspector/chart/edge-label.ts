import { numberOf } from '../../parts/time.js';
import { type Speaker, speakerOf, type Way } from './ways.js';

/** One event beside a line. */
export interface LabelLine {
  readonly event: string;
  readonly speaker: Speaker;
  /** Without the family, which its colour tells: `connect`, `qr`, `launch`. */
  readonly name: string;
  /** Such as ` [loginExpired]`; empty: none. */
  readonly condition: string;
  /** How long it is waited for; null: not at all. */
  readonly delayMs: number | null;
}

/** What stands beside a line: each event once. There is little room, so of several conditions it says only that there are some. */
export function linesOf(ways: readonly Way[]): readonly LabelLine[] {
  return [...new Set(ways.map(({ event }) => event))].map((event) => {
    const same = ways.filter((way) => way.event === event);
    const guards = [...new Set(same.map(({ guard }) => guard))];
    const delayMs = same.find((way) => way.delayMs !== null)?.delayMs ?? null;
    const condition = guards.includes(null) ? '' : guards.length === 1 ? ` [${guards[0]}]` : ' […]';
    return {
      event,
      speaker: speakerOf(event),
      name: event.replace(/^(account|driver|deadline)\./, ''),
      condition,
      delayMs,
    };
  });
}

/** As short as it can be told, in one unit: `2 min`, `10 мин`. */
export function shortDelay(ms: number, language: string): string {
  if (ms < 1_000) return numberOf(language, 'millisecond').format(ms);
  if (ms % 60_000 === 0) return numberOf(language, 'minute').format(ms / 60_000);
  return numberOf(language, 'second').format(Math.round(ms / 100) / 10);
}
