import type { AccountHealth, LeaseHealth } from '#libs/contracts/account-manager/account-health';
import { decayedScore } from '#libs/leasing/score';
import type { AccountCondition } from '#src/persistence/leasing/condition.repository';

/** What holds an account back, worst first; one that is leased is healthy all the same. */
export function healthOf(condition: AccountCondition): AccountHealth {
  const { accountId, label, coolingUntil, leasedUntil, serviceName, score, scoreAtMs: atMs, nowMs } = condition;
  const troubles = troublesOf(condition);
  const [worst] = troubles;
  const isCoolingOnly = troubles.length === 1 && worst?.status === 'cooling';
  return {
    account_id: accountId,
    label,
    is_healthy: worst === undefined,
    status: worst?.status ?? 'healthy',
    issues: worst === undefined ? ['Account is healthy'] : troubles.map(({ issue }) => issue),
    recovery_eta: isCoolingOnly ? (coolingUntil?.toISOString() ?? null) : null,
    leased_to: serviceName,
    leased_until: leasedUntil?.toISOString() ?? null,
    score: decayedScore({ score, atMs }, nowMs),
  };
}

interface Trouble {
  readonly status: LeaseHealth;
  readonly issue: string;
}

function troublesOf({
  status,
  disabledAt,
  loginDead,
  coolingUntil,
  coolingCause,
}: AccountCondition): readonly Trouble[] {
  const troubles: Trouble[] = [];
  if (disabledAt)
    troubles.push({ status: 'disabled', issue: `Account was banned, told at ${disabledAt.toISOString()}` });
  if (loginDead) troubles.push({ status: 'login_dead', issue: 'Login is dead: connect the account anew' });
  if (status !== 'CONNECTED') troubles.push({ status: 'not_connected', issue: `Account is ${status}` });
  if (coolingUntil) {
    const issue = `Account rests after ${coolingCause ?? 'an error'} until ${coolingUntil.toISOString()}`;
    troubles.push({ status: 'cooling', issue });
  }
  return troubles;
}
