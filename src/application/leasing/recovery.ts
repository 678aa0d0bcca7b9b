import type { Recovery } from '#libs/contracts/account-manager/account-health';
import type { Rest } from '#src/persistence/leasing/condition.repository';

/** Rests that are under way, and those that are over. */
export function recoveryOf(rests: readonly Rest[]): Recovery {
  const told = rests.map(({ accountId, cause, until, cooling, now }) => ({
    account_id: accountId,
    cause: cause ?? 'unknown',
    until: until.toISOString(),
    remaining_ms: Math.max(0, Math.ceil(until.getTime() - now.getTime())),
    cooling,
  }));
  const cooling = told.filter((rest) => rest.cooling);
  const over = told.filter((rest) => !rest.cooling);
  return {
    cooling: cooling.map(({ cooling: _, ...rest }) => rest),
    recovered_today: {
      count: over.length,
      by_cause: countBy(over),
      accounts: over.map(({ account_id, cause, until }) => ({ account_id, cause, recovered_at: until })),
    },
    by_cause: countBy(cooling),
  };
}

function countBy(rests: readonly { readonly cause: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { cause } of rests) counts[cause] = (counts[cause] ?? 0) + 1;
  return counts;
}
