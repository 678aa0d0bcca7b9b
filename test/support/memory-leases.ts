import type { AccountRepository } from '#src/persistence/account.repository';
import * as tokens from '#src/application/leasing/lease-stores';

/** An account manager of which nobody has ever leased anything: enough for calls to be told right from wrong. */
export function memoryLeases(accounts: Pick<AccountRepository, 'find'>) {
  const leases: tokens.LeaseStore = {
    grant: async () => null,
    offer: async () => null,
    accept: async () => null,
    withdraw: async () => undefined,
    look: async () => [],
    live: async () => null,
    listLive: async () => [],
    liveFence: async () => null,
    extend: async () => null,
    release: async () => null,
    over: async () => null,
    noteRefused: async () => undefined,
    noteTurnedAway: async () => undefined,
  };
  const usage: tokens.UsageStore = {
    holder: async (id) => ((await accounts.find(id)) ? NOBODY : null),
    check: async (_ask, _bounded, judge) => ({ judged: judge(nothingUsed()), hold: null }),
    record: async ({ accountId }) =>
      (await accounts.find(accountId))
        ? { recorded: 'nothing', hold: null, party: NOBODY, usage: nothingUsed() }
        : null,
    status: async () => [],
    inChannel: async () => [],
  };
  const conditions: tokens.ConditionStore = {
    change: async (id, _origin, judge) =>
      (await accounts.find(id)) ? { change: judge(WELL), condition: WELL, coolingUntil: null } : null,
    probed: async () => undefined,
    liftStop: async () => false,
    stop: async () => null,
    find: async (id) => ((await accounts.find(id)) ? { accountId: id, ...STANDING } : null),
    list: async () => [],
    count: async () => ({ total: 0, healthy: 0, leased: 0, cooling: 0, disabled: 0 }),
    rests: async () => [],
  };
  return [
    [tokens.LEASE_STORE, leases],
    [tokens.USAGE_STORE, usage],
    [tokens.CONDITION_STORE, conditions],
    [tokens.LIMIT_RULE_STORE, { list: async () => [], put: async () => 'done' } satisfies tokens.LimitRuleStore],
    [
      tokens.LEDGER_STORE,
      {
        list: async () => ({ items: [], nextCursor: null }),
        noteAtFence: async () => undefined,
      } satisfies tokens.LedgerStore,
    ],
  ] as const;
}

const NOBODY = { leaseId: null, userId: null, purpose: null, serviceName: null, live: false, nowMs: 0 };
const WELL = {
  ...{ nowMs: 0, leaseId: null, fence: null, userId: null, serviceName: null, purpose: null, targetChannelId: null },
  ...{ isOfNow: null, floods: 0, floodAtMs: null, faults: 0, score: 1, scoreAtMs: 0 },
  ...{ coolingUntilMs: null, coolingCause: null },
};
const STANDING = {
  ...{ label: 'x', status: 'CONNECTED', leasedUntil: null, serviceName: null, coolingUntil: null, coolingCause: null },
  ...{ disabledAt: null, loginDead: false, score: 1, scoreAtMs: 0, nowMs: 0 },
};
const nothingUsed = () => ({
  ...{ nowMs: Date.now(), leaseId: null, live: false, coolingUntilMs: null, disabled: false, recent: [] },
  ...{ channelTotal: null, channelAllAccounts: null, stopped: false, refused: false },
});
