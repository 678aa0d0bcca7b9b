import type { RootView } from '#libs/contracts/health';
import { READINESS_ANSWER_MS_MAX, READINESS_KEPT_MS } from '#libs/contracts/limits/runtime';

export type Phase = RootView['status'];

export interface PartStatus {
  readonly status: 'up' | 'down';
  readonly [fact: string]: unknown;
}

/** Something the runtime can't serve without, such as the store. */
export interface ReadinessPart {
  readonly name: string;
  check(): PartStatus | Promise<PartStatus>;
}

/**
 * Where the runtime stands between its start and its end, and whether its parts are well.
 * - `starting`       the port is bound, the store may not be there yet: nothing but health answers
 * - `restoring`      the API works; accounts are being connected again
 * - `running`        the restore has been begun for every account
 * - `shutting_down`  no call that changes anything is taken
 */
export class RuntimeState {
  private current: Phase = 'starting';
  private readonly parts = new Map<string, ReadinessPart>();
  private kept: { readonly at: number; readonly answers: Promise<Readonly<Record<string, PartStatus>>> } | null = null;

  get phase(): Phase {
    return this.current;
  }

  /** There is no way back from `shutting_down`. */
  setPhase(phase: Phase): void {
    if (this.current !== 'shutting_down') this.current = phase;
  }

  /** Answers the function that takes the part out again. */
  addReadinessPart(part: ReadinessPart): () => void {
    if (this.parts.has(part.name)) throw new Error(`readiness part ${part.name} exists already`);
    this.parts.set(part.name, part);
    return () => this.parts.delete(part.name);
  }

  /** Asks all parts, at most every READINESS_KEPT_MS. Never rejects: a part that throws or is late is down. */
  checkParts(): Promise<Readonly<Record<string, PartStatus>>> {
    const now = performance.now();
    if (this.kept === null || now - this.kept.at > READINESS_KEPT_MS) {
      this.kept = { at: now, answers: this.askParts() };
    }
    return this.kept.answers;
  }

  private async askParts(): Promise<Readonly<Record<string, PartStatus>>> {
    const asked = [...this.parts.values()].map(async (part) => [part.name, await askPart(part)] as const);
    return Object.fromEntries(await Promise.all(asked));
  }
}

async function askPart(part: ReadinessPart): Promise<PartStatus> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartStatus>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', message: 'no answer in time' }), READINESS_ANSWER_MS_MAX);
  });
  try {
    return await Promise.race([part.check(), late]);
  } catch (error) {
    return { status: 'down', message: error instanceof Error ? error.name : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
