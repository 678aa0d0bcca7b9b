import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatorControl } from '#apps/simulator/control/control-client';
import type { JournalEntry } from '#apps/simulator/journal';

/** What the judge needs of an entry. */
export type Witnessed = Pick<
  JournalEntry,
  'seq' | 'at' | 'kind' | 'number' | 'device' | 'messageId' | 'to' | 'text' | 'detail'
>;

const KINDS: readonly JournalEntry['kind'][] = [
  'message.accepted',
  'message.refused',
  'message.rejected',
  'message.unanswered',
  'message.incoming',
  'device.linked',
];
const PAGE = 5_000;
const READ_EVERY_MS = 1_000;

/** Reads the stand-in's journal while it is written: it keeps no more than the last 100,000 entries. */
export class JournalReader implements AsyncDisposable {
  readonly entries: Witnessed[] = [];
  /** Entries that were gone before they were read: then nothing is proven. */
  missed = 0;
  private last = 0;
  private reading: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();
  private readonly loop: Promise<void>;

  constructor(private readonly control: SimulatorControl) {
    this.loop = this.readOn();
  }

  /** Up to its end. Rejects while the stand-in does not answer. */
  read(): Promise<void> {
    return (this.reading = this.reading.catch(() => undefined).then(() => this.readToEnd()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ending.abort();
    await this.loop;
  }

  private async readOn(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.read().catch(() => undefined); // it is frozen: it is asked again
      await pause(READ_EVERY_MS);
    }
  }

  private async readToEnd(): Promise<void> {
    for (;;) {
      const page = await this.control.journal({ after: this.last, limit: PAGE });
      for (const entry of page) this.take(entry);
      if (page.length < PAGE) return;
    }
  }

  private take({ seq, at, kind, number, device, messageId, to, text, detail }: JournalEntry): void {
    this.missed += seq - this.last - 1;
    this.last = seq;
    if (KINDS.includes(kind)) this.entries.push({ seq, at, kind, number, device, messageId, to, text, detail });
  }
}
