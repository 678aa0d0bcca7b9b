import { LAUNCH_WAITING_AFTER_MS } from '#libs/contracts/limits/sessions';
import type { LaunchWait } from '#libs/contracts/session';
import type { PageLook } from './page-scripts.js';
import { meaningOf } from './socket-state.js';
import { pause, within } from '../time-limit.js';

/** Often enough to tell a wait soon after its limit; a look costs the page a millisecond. */
const LOOK_EVERY_MS = 250;
/** A question that has no answer by then is left behind: the page went elsewhere, or works. */
const ANSWER_MS_MAX = 1_000;
/** Who answers within this has nothing to do. Slower: it works, or the machine is short of time; no mere waiting. */
const IDLE_ANSWER_MS_MAX = 150;
/** A look that comes so much too late: our own event loop was held up, and has not read yet what came meanwhile. */
const OWN_DELAY_MS_MAX = 500;
/** Its document is here, it has nothing to do, and has not started: it waits for its own parts, or will never start. */
const PAGE_IDLE_MS_MAX = 5_000;

const LIMITS_MS: Readonly<Record<LaunchWait, number>> = {
  site: LAUNCH_WAITING_AFTER_MS,
  page: PAGE_IDLE_MS_MAX,
  socket: LAUNCH_WAITING_AFTER_MS,
};

export interface LaunchingPage {
  /** The page's document was asked for, and nothing came yet. */
  isSiteAwaited(): boolean;
  /** Never asked while the site is awaited: Chromium holds back then what is sent to a page. */
  look(): Promise<PageLook>;
  /** Resolves when the browser's own process answers. */
  browserAnswers(): Promise<void>;
}

/**
 * Tells what a launch is merely waiting for, each thing once, from the moment the browser is up until something of the
 * provider shows. Time counts only while page or browser answer at once: what is slow because the machine is busy, as when
 * fifty accounts start together, is not called waiting.
 */
export class LaunchWatch {
  private readonly stopping = new AbortController();
  private readonly told = new Set<LaunchWait>();
  private waitsFor: LaunchWait | null = null;
  private since = 0;

  constructor(
    private readonly page: LaunchingPage,
    private readonly tell: (on: LaunchWait) => void,
  ) {}

  /** Never rejects. */
  async run(): Promise<void> {
    let dueAt = performance.now();
    while (!this.stopping.signal.aborted) {
      const askedAt = performance.now();
      const wasHeldUp = askedAt - dueAt > OWN_DELAY_MS_MAX;
      const found = await within(this.find(), ANSWER_MS_MAX);
      const tookMs = performance.now() - askedAt;
      if (this.stopping.signal.aborted) return;
      this.note(found === 'late' || wasHeldUp || tookMs > IDLE_ANSWER_MS_MAX ? null : found);
      dueAt = performance.now() + LOOK_EVERY_MS;
      await pause(LOOK_EVERY_MS, this.stopping.signal);
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  private note(found: LaunchWait | null): void {
    const now = performance.now();
    if (found !== this.waitsFor) {
      this.waitsFor = found;
      this.since = now;
    }
    if (found === null || this.told.has(found) || now - this.since < LIMITS_MS[found]) return;
    this.told.add(found);
    this.tell(found);
  }

  private async find(): Promise<LaunchWait | null> {
    try {
      if (this.page.isSiteAwaited()) {
        await this.page.browserAnswers();
        return 'site';
      }
      const { socket } = await this.page.look();
      if (this.page.isSiteAwaited()) return null;
      if (socket === null) return 'page';
      return meaningOf(socket.state).is === 'away' ? 'socket' : null;
    } catch {
      return null; // it goes somewhere else, or its parts are just being put together: busy either way
    }
  }
}
