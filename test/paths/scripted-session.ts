import type { DriverFact, SessionAnswer, SessionOpening } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';

/** A driver that does nothing by itself: its sessions say what they are told to, when they are told to. */
export class ScriptedDriver {
  /** The one session that was opened last, until it is over. */
  session: ScriptedSession | null = null;
  opened = 0;
  private discard: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;

  constructor(private readonly now: () => number) {}

  readonly driver: Driver = {
    provider: 'simulated',
    can: new Set(),
    open: (opening, report) => {
      if (this.session) throw new Error('a second session was opened beside one that lives');
      this.opened += 1;
      this.session = new ScriptedSession(opening, report, this.now, () => (this.session = null));
      return this.session;
    },
    discardLogin: () => new Promise((resolve, reject) => (this.discard = { resolve, reject })),
    close: () => Promise.resolve(),
  };

  endDiscard(succeeds: boolean): void {
    const { discard } = this;
    this.discard = null;
    if (succeeds) discard!.resolve();
    else discard!.reject(new Error('the folder is in use'));
  }
}

type Answer = (answer: SessionAnswer<never>) => void;

export class ScriptedSession implements DriverSession {
  readonly asked = { close: false, logout: false, kill: false };
  probed = false;
  private probes: { readonly at: number; readonly answer: Answer }[] = [];
  private letGo: () => void = () => undefined;

  constructor(
    readonly opening: SessionOpening,
    private readonly report: (fact: DriverFact) => void,
    private readonly now: () => number,
    private readonly over: () => void,
  ) {}

  readonly ask: DriverSession['ask'] = (name) =>
    new Promise((answer) => {
      if (name === 'close') this.asked.close = true;
      if (name === 'logout') this.asked.logout = true;
      if (name === 'probe') this.probes.push({ at: this.now(), answer: answer });
    });

  kill(): Promise<void> {
    this.asked.kill = true;
    return new Promise((resolve) => (this.letGo = resolve));
  }

  say(fact: DriverFact): void {
    this.report(fact);
  }

  /** All that were put at this moment; those of an earlier one were given up by whoever asked. */
  answerProbes(phone: string): void {
    this.probed = true;
    for (const { at, answer } of this.probes.splice(0))
      if (at === this.now()) answer({ ok: true, value: { phone } as never });
  }

  end(last: DriverFact): void {
    this.over();
    this.report(last);
    this.letGo();
  }
}
