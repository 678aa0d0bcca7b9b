import { stateOf } from '#libs/account/account.snapshot';
import type { AccountCommandName, CommandOutcome } from '#libs/contracts/account';
import { accepted, type Outcome, type RefusalCode, refused } from '#libs/contracts/refusals';
import type { DeadLetterReason, MailOutcome } from './commit-loop.js';

/** What whoever gave a command is told, by what it changed; or why nobody can say. */
export function toAnswer(name: AccountCommandName, outcome: MailOutcome): Outcome<CommandOutcome> {
  return outcome.ok ? accepted(didWhat(name, outcome)) : refused(REFUSED_AS[outcome.why]);
}

const DID: Readonly<Record<AccountCommandName, CommandOutcome>> = {
  connect: 'connecting',
  disconnect: 'disconnecting',
  restart: 'restarting',
  logout: 'logging_out',
};

/** A command is never too late; for the rest, nobody knows how far it came. */
const REFUSED_AS: Readonly<Record<DeadLetterReason, RefusalCode>> = {
  mailbox_full: 'busy',
  quarantined: 'quarantined',
  actor_stopped: 'interrupted',
  broke_the_actor: 'interrupted',
  came_too_late: 'interrupted',
};

function didWhat(name: AccountCommandName, { before, after }: Extract<MailOutcome, { ok: true }>): CommandOutcome {
  const same =
    stateOf(before) === stateOf(after) &&
    before.context.desired === after.context.desired &&
    before.context.login === after.context.login &&
    before.context.launchedBy === after.context.launchedBy &&
    before.context.ending === after.context.ending;
  return same ? 'nothing_to_do' : DID[name];
}
