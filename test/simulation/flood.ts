import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { AccountMail } from '#src/supervision/actor/account-mail';
import type { CommitLoop } from '#src/supervision/actor/commit-loop';
import type { RuntimeLife } from './runtime-life.js';

/** More than a mailbox holds. */
const LETTERS = MAILBOX_MAX + 100;

export interface Flooded {
  /** Told so at once. */
  readonly refused: number;
  /** New among the dead letters. */
  readonly buried: number;
}

/** A session says the same thing again and again within one moment. Null: there is no session that could. */
export function flood(runtime: RuntimeLife, accountId: string): Flooded | null {
  const child = runtime.accounts.find(accountId);
  if (!child?.session) return null;
  const loop = Reflect.get(child, 'loop') as CommitLoop;
  const { incarnation } = child.session;
  const countBuried = (): number =>
    Object.values(runtime.accounts.deadLetters.countByReason()).reduce((sum, count) => sum + count, 0);
  const before = countBuried();
  let refused = 0;
  for (let left = LETTERS; left > 0; left -= 1) {
    const mail: AccountMail = { kind: 'fact', incarnation, fact: { type: 'driver.waiting', on: 'site' } };
    if (!loop.post(mail)) refused += 1;
  }
  return { refused, buried: countBuried() - before };
}
