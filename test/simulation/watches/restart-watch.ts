import {
  BACKOFF_FIRST_MS,
  BACKOFF_MS_MAX,
  BACKOFF_RESET_AFTER_MS,
  RESTART_WINDOW_MS,
  RESTARTS_MAX,
} from '#libs/contracts/limits/sessions';
import { isReasonCode, REASONS } from '#libs/contracts/reasons';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { AccountRow, StoredStep } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';

interface Restarts {
  /** Of crashes, since a person began afresh. */
  crashedAt: number[];
  /** In a row: since a person began afresh, or a connection held for long enough. */
  inRow: number;
  healthyAt: number | null;
  /** When its last session ended, as its supervisor noted it. */
  endedAt: number;
  /** Steps looked at. */
  seen: number;
}

/**
 * I8 and the back-off (S7, S8): at most RESTARTS_MAX crash restarts in any window, each wait of a row twice as long as the
 * one before. Counted here from the history alone, over all lives of the runtime.
 */
export class RestartWatch {
  private readonly accounts = new Map<string, Restarts>();
  restarts = 0;

  constructor(private readonly story: Story) {}

  onNote(note: SupervisorNote): void {
    if (note.type === 'exited' && note.supervisor === 'sessions') this.of(note.ref.id).endedAt = note.at;
  }

  onStep(accountId: string, { event, from, to, cause, at }: StoredStep): void {
    const account = this.of(accountId);
    const byPerson = event === 'account.connect' || event === 'account.restart';
    if (byPerson && /^(DISCONNECTED|FAILED)/.test(from ?? '')) Object.assign(account, { crashedAt: [], inRow: 0 });
    if (to === 'CONNECTING.launching') account.healthyAt = null;
    if (to.startsWith('CONNECTED')) account.healthyAt ??= at;
    if (event !== 'session.down') return;
    // Judged at its end, which is written a moment later: what may have held long enough counts as if it had.
    if (account.healthyAt !== null && at - account.healthyAt >= BACKOFF_RESET_AFTER_MS) account.inRow = 0;
    if (to === 'CONNECTING.backingOff' && classOf(cause) === 'crash') this.countCrash(accountId, account, at);
  }

  /** After the commit of the last step: how long is the wait that it began? */
  onKept({ id, kept, history }: AccountRow): void {
    const account = this.of(id);
    const step = history.get(history.size);
    if (!kept || !step || account.seen === history.size) return;
    account.seen = history.size;
    const { deadline, reason } = kept.snapshot.context;
    const isJudged =
      step.event === 'session.down' &&
      ['crash', 'outage'].includes(classOf(step.cause)) &&
      !NEVER_OPENED(reason?.detail);
    if (step.to !== 'CONNECTING.backingOff' || !isJudged || deadline?.name !== 'backoff') return;
    const leastMs = Math.min(BACKOFF_FIRST_MS * 2 ** account.inRow, BACKOFF_MS_MAX);
    account.inRow += 1;
    if (deadline.at - account.endedAt < leastMs)
      this.story.accuse(
        'S7',
        `${nameOf(id)} waits ${deadline.at - account.endedAt} ms before restart ${account.inRow} in a row, not ${leastMs} ms`,
      );
  }

  private countCrash(accountId: string, account: Restarts, at: number): void {
    this.restarts += 1;
    account.crashedAt = [...account.crashedAt.filter((other) => at - other <= RESTART_WINDOW_MS), at];
    if (account.crashedAt.length > RESTARTS_MAX)
      this.story.accuse('I8', `${nameOf(accountId)} was restarted ${account.crashedAt.length} times within the window`);
  }

  private of(accountId: string): Restarts {
    const known = this.accounts.get(accountId);
    if (known) return known;
    const fresh: Restarts = { crashedAt: [], inRow: 0, healthyAt: null, endedAt: 0, seen: 0 };
    this.accounts.set(accountId, fresh);
    return fresh;
  }
}

const classOf = (cause: string | null): string =>
  cause !== null && isReasonCode(cause) ? REASONS[cause].class : 'unknown';

/** Where there was no session, no supervisor judged. */
const NEVER_OPENED = (detail: string | null | undefined): boolean => detail === 'no session was opened';
