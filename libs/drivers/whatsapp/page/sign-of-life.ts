import { PROBES_MISSED_MAX } from '#libs/contracts/limits/sessions';
import { pause, within } from '../time-limit.js';

/** Our own timer came later than this: it was our event loop that was held up, and the page may have answered in time. */
const OWN_DELAY_MS_MAX = 500;
/** The browser's own process answers in milliseconds, however busy its pages are. */
const BROWSER_ANSWER_MS_MAX = 1_000;

export interface ProbeTimes {
  /** From the beginning of one probe to the beginning of the next. */
  readonly everyMs: number;
  readonly answerMsMax: number;
}

export interface ProbedPage {
  /** Resolves as soon as the page has done anything; a page that hangs lets it pend, or rejects much later. */
  answer(): Promise<void>;
  /** Resolves when the browser's own process answers. */
  browserAnswers(): Promise<void>;
}

/**
 * Asks a page for signs of life, and tells once when there are none.
 *
 * A question to the page (CDP's Runtime.evaluate) waits behind one task at most, whether the page's tasks follow each other
 * by setTimeout, MessageChannel, postMessage, promises or animation frames: 4.6 s at most behind tasks of 4.5 s, measured. A
 * heartbeat of the page's own setInterval came 9 s late there, behind two. Only tasks of the priority `user-blocking` go
 * before a question, as many as there are: 20 s of nothing else is taken for a hang. (CDP's TaskDuration can't tell them
 * apart; it grows within a task, too.)
 *
 * A probe is missed when nothing was heard within `answerMsMax`. PROBES_MISSED_MAX in a row, without an answer in between
 * (a late one is an answer), and the page hangs. At worst a page hangs right after a good probe: then it is told after
 * PROBES_MISSED_MAX × everyMs + answerMsMax + BROWSER_ANSWER_MS_MAX, that is 36 s by the defaults. And whatever is told has
 * been silent for everyMs + answerMsMax at least: 20 s.
 */
export class SignOfLife {
  private readonly stopping = new AbortController();
  private started = false;
  private missed = 0;

  constructor(
    private readonly page: ProbedPage,
    private readonly times: ProbeTimes,
    private readonly lost: (detail: string) => void,
  ) {}

  /** Harmless when it runs. Never rejects. */
  start(): void {
    if (this.started) return;
    this.started = true;
    void this.run();
  }

  stop(): void {
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    let next = performance.now() + this.times.everyMs;
    while (!this.stopping.signal.aborted) {
      await pause(Math.max(0, next - performance.now()), this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      next = performance.now() + this.times.everyMs;
      if (!(await this.isMissed())) this.missed = 0;
      else if (++this.missed >= PROBES_MISSED_MAX) await this.tell();
    }
  }

  private async isMissed(): Promise<boolean> {
    const startedAt = performance.now();
    let alive = false;
    const answer = this.page.answer().then(() => {
      alive = true;
      this.missed = 0; // also when it comes after its time
    });
    await within(answer.catch(nothing), this.times.answerMsMax);
    if (performance.now() - startedAt - this.times.answerMsMax > OWN_DELAY_MS_MAX) return false;
    await new Promise((resolve) => setImmediate(resolve)); // what came while our loop was busy is read before it is judged
    return !alive && !this.stopping.signal.aborted;
  }

  private async tell(): Promise<void> {
    const browser = await within(
      this.page.browserAnswers().then(() => 'answers' as const),
      BROWSER_ANSWER_MS_MAX,
    ).catch(() => 'late' as const);
    if (this.stopping.signal.aborted || this.missed === 0) return; // it has answered meanwhile
    this.stop();
    const { answerMsMax } = this.times;
    const what = browser === 'late' ? 'the browser is frozen' : 'the page is stuck in a task';
    this.lost(`${what}: ${PROBES_MISSED_MAX} questions in a row had no answer within ${answerMsMax} ms each`);
  }
}

const nothing = (): null => null;
