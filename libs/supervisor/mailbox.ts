/**
 * The bounded post of one actor. Nothing is dropped in silence: what does not fit is refused to its sender as `busy`,
 * and what is left at the end is handed out by `close`, for the dead letters.
 *
 * Two lanes, both first in, first out. Control (stop, ownership lost) has its own small limit and is read before waiting
 * mail, so a full mailbox cannot keep an actor from being stopped.
 *
 * The reader is woken by `onMail` once per batch: for the first message after the start or after a `takeAll`. It takes
 * all that waits, works, awaits what it must, and is woken again if something came meanwhile. `onMail` is called inside
 * `post`: it should note that there is mail, not read it.
 */
export interface Mailbox<M> {
  post(message: M): Posted;
  postControl(message: M): Posted;
  /** All that waits, control first; empties the mailbox. */
  takeAll(): readonly M[];
  /** Refuses everything from now on; gives what nobody will read any more, once. */
  close(): readonly M[];
  /** Messages waiting in both lanes. */
  readonly size: number;
}

export type Posted = { readonly ok: true } | { readonly ok: false; readonly why: 'busy' | 'closed' };

export interface MailboxOptions {
  readonly max: number;
  readonly controlMax: number;
  readonly onMail: () => void;
}

const POSTED: Posted = { ok: true };
const BUSY: Posted = { ok: false, why: 'busy' };
const CLOSED: Posted = { ok: false, why: 'closed' };

export function createMailbox<M>(options: MailboxOptions): Mailbox<M> {
  return new TwoLanes(options);
}

/** A class for its size: functions made for each mailbox were 1.2 kB of its actor's memory, and there are ten thousand. */
class TwoLanes<M> implements Mailbox<M> {
  private control: M[] = [];
  private mail: M[] = [];
  private closed = false;

  constructor(private readonly options: MailboxOptions) {}

  get size(): number {
    return this.control.length + this.mail.length;
  }

  post(message: M): Posted {
    return this.put(this.mail, this.options.max, message);
  }

  postControl(message: M): Posted {
    return this.put(this.control, this.options.controlMax, message);
  }

  takeAll(): readonly M[] {
    const taken = this.control.length === 0 ? this.mail : [...this.control, ...this.mail];
    this.control = [];
    this.mail = [];
    return taken;
  }

  close(): readonly M[] {
    this.closed = true;
    return this.takeAll();
  }

  private put(lane: M[], laneMax: number, message: M): Posted {
    if (this.closed) return CLOSED;
    if (lane.length >= laneMax) return BUSY;
    lane.push(message);
    if (this.size === 1) this.options.onMail();
    return POSTED;
  }
}
