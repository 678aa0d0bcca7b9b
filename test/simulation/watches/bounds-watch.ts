import { DEAD_LETTERS_KEPT_MAX, MAILBOX_CONTROL_MAX, MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import { SESSION_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import type { Mailbox } from '#libs/supervisor/mailbox';
import type { AccountMail } from '#src/supervision/actor/account-mail';
import type { Flooded } from '../flood.js';
import type { Life } from '../life.js';
import type { RuntimeLife } from '../runtime-life.js';
import { nameOf, type Story } from '../story.js';

/** I11, S15 and S16: what is bounded stays so, what is over leaves nothing behind, and nothing refused goes unnoted. */
export class BoundsWatch {
  constructor(private readonly story: Story) {}

  /** Much mail came at once. `refused` of it were told so, and `buried` are new among the dead letters. */
  onFlood(runtime: RuntimeLife, accountId: string, { refused, buried }: Flooded): void {
    this.check(runtime, [accountId]);
    if (refused !== buried)
      this.story.accuse('S16', `${nameOf(accountId)} refused ${refused} letters, and ${buried} are noted`);
  }

  check(runtime: RuntimeLife, accountIds: readonly string[]): void {
    for (const accountId of accountIds) {
      const waiting = mailboxOf(runtime, accountId)?.size ?? 0;
      if (waiting > MAILBOX_MAX + MAILBOX_CONTROL_MAX)
        this.story.accuse('S15', `${waiting} letters wait at ${nameOf(accountId)}`);
    }
  }

  /** All rest or are online. `waiting`: accounts whose one timer has a reason. */
  checkRest(runtime: RuntimeLife, life: Life, waiting: number): void {
    if (life.timersSet > waiting)
      this.story.accuse('I11', `${life.timersSet} timers are set, ${waiting} have a reason`);
    const uncommitted = runtime.recorder.waiting();
    if (uncommitted > 0) this.story.accuse('I11', `${uncommitted} changes still wait to be committed`);
    const kept = runtime.accounts.deadLetters.kept().length;
    if (kept > DEAD_LETTERS_KEPT_MAX) this.story.accuse('I11', `${kept} dead letters are kept`);
  }

  /** What a session was still asked may wait for its limit; nobody hears it any more. */
  checkStopped(life: Life): void {
    const left = life.timersBeyond(SESSION_ANSWER_MS_MAX);
    if (left > 0) this.story.accuse('I11', `${left} timers outlive a proper stop`);
  }
}

export function mailboxOf(runtime: RuntimeLife, accountId: string): Mailbox<AccountMail> | null {
  const child = runtime.accounts.find(accountId);
  return child && (Reflect.get(Reflect.get(child, 'loop') as object, 'mailbox') as Mailbox<AccountMail>);
}
