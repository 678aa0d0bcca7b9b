/** A part of the runtime at this moment, for people to look at. Times are milliseconds since 1970. */
export interface PartReport {
  readonly state: 'running' | 'waiting';
  readonly since: number;
  readonly restarts: number;
  readonly reason: string | null;
}

/** Notes when a part that is kept up for ever was away, how often, and why the last time. It costs nothing while all is well. */
export class PartWatch {
  private running = false;
  private everRan = false;
  private since = Date.now();
  private restarts = 0;
  private reason: string | null = null;

  /** It works. Told as often as one likes. */
  up(): void {
    if (this.running) return;
    if (this.everRan) this.restarts += 1;
    this.running = this.everRan = true;
    this.since = Date.now();
  }

  /** It is away, and tried again. The first reason is kept: what follows from it says less. */
  down(reason: string): void {
    if (!this.running && this.reason !== null) return;
    if (this.running) this.since = Date.now();
    this.running = false;
    this.reason = reason;
  }

  /** Passes through what the work answers, and notes whether it could be done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.up();
      return done;
    } catch (error) {
      this.down(codeOf(error));
      throw error;
    }
  }

  get report(): PartReport {
    const { running, since, restarts, reason } = this;
    return { state: running ? 'running' : 'waiting', since, restarts, reason };
  }
}

/** Not its message: what a database complains of may hold what people wrote. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'failed';
}
