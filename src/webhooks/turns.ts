import { WEBHOOK_FAILURES_MAX, WEBHOOK_LINES_MAX } from '#libs/contracts/limits/news';
import type { Line } from '#src/persistence/webhook-delivery.repository';

/**
 * How many lines of one webhook are delivered at once. A receiver that says nothing takes a place for as long as an answer
 * may take; with many accounts waiting for it, it would take all places, and every other receiver would wait. So it has its
 * share of them, and a single one while nothing is taken.
 *
 * Lines that wait here have no job. A crash loses nothing: what is overdue without a job gets one at the start.
 */
export interface Turns {
  /** False: not now. It waits until another line of this webhook has ended. */
  begin(line: Line): boolean;
  heard(webhookId: string, taken: boolean): void;
  /** Answers the lines whose turn it is now; they are to be begun again. */
  end(line: Line): readonly Line[];
}

interface Standing {
  underWay: number;
  /** Since something was taken. */
  failures: number;
  readonly waiting: Map<string | null, Line>;
}

export function createTurns(): Turns {
  const standings = new Map<string, Standing>();
  const linesMax = ({ failures }: Standing): number => (failures >= WEBHOOK_FAILURES_MAX ? 1 : WEBHOOK_LINES_MAX);
  return {
    begin(line) {
      const known = standings.get(line.webhookId) ?? { underWay: 0, failures: 0, waiting: new Map() };
      standings.set(line.webhookId, known);
      if (known.underWay < linesMax(known)) {
        known.underWay += 1;
        known.waiting.delete(line.accountId);
        return true;
      }
      known.waiting.set(line.accountId, line);
      return false;
    },
    heard(webhookId, taken) {
      const known = standings.get(webhookId);
      if (known) known.failures = taken ? 0 : known.failures + 1;
    },
    end({ webhookId }) {
      const known = standings.get(webhookId);
      if (!known) return [];
      known.underWay -= 1;
      const free = Math.max(0, linesMax(known) - known.underWay);
      const next = [...known.waiting.values()].slice(0, free);
      for (const { accountId } of next) known.waiting.delete(accountId);
      if (known.underWay === 0 && next.length === 0) standings.delete(webhookId);
      return next;
    },
  };
}
