import type { AccountHealth, HealthPage, ListHealth, Recovery } from '#libs/contracts/account-manager/account-health';
import type { AllocationRequest } from '#libs/contracts/account-manager/allocation-request';
import type { LedgerLine, ListLedger } from '#libs/contracts/account-manager/ledger';
import type {
  Allocate,
  Extend,
  Extended,
  LeaseView,
  ListLeases,
  LiveLease,
  Release,
  Released,
} from '#libs/contracts/account-manager/lease';
import type { HandledError, HandleError } from '#libs/contracts/account-manager/lease-error';
import type { LiftStop, LimitRules, PutLimitRule } from '#libs/contracts/account-manager/limit-rule';
import type {
  CheckRateLimit,
  CheckView,
  RateLimitStatus,
  RecordRateLimit,
  RecordView,
} from '#libs/contracts/account-manager/rate-limit';
import { CLIENT_CALL_MS_MAX } from '#libs/contracts/limits/calls';
import type { OperationAnswer } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import { pagesOf } from './pages.js';
import type { Transport } from './transport.js';

/** The account manager: accounts leased to services, within limits. Ids are those of accounts. */
export interface LeasesClient {
  /** Rejects with `no_account_free` when there is none; the problem’s `accounts` says why of each. */
  allocate(ask: Allocate): Promise<LeaseView>;
  /** Leases that live. */
  list(query?: ListLeases): Promise<Page<LiveLease>>;
  /** Calls that wait (`wait_ms`), in the order of their turns. */
  waiting(): Promise<readonly AllocationRequest[]>;
  showWaiting(requestId: string): Promise<AllocationRequest>;
  stopWaiting(requestId: string): Promise<void>;
  /** The same again is harmless. */
  release(id: string, ask: Release): Promise<Released>;
  extend(id: string, ask: Extend): Promise<Extended>;
  health(id: string): Promise<AccountHealth>;
  listHealth(query?: ListHealth): Promise<HealthPage>;
  /** Holds one unit when it is allowed. */
  check(id: string, ask: CheckRateLimit): Promise<CheckView>;
  record(id: string, ask: RecordRateLimit): Promise<RecordView>;
  status(id: string): Promise<RateLimitStatus>;
  handleError(id: string, error: HandleError): Promise<HandledError>;
  recovery(): Promise<Recovery>;
  /** Oldest first, if nothing else is asked for. */
  ledger(query?: ListLedger): Promise<OperationAnswer<'listLedger'>>;
  wholeLedger(query?: Omit<ListLedger, 'after'>): AsyncGenerator<LedgerLine, void, undefined>;
  limitRules(): Promise<LimitRules>;
  /** In place of what was said for the same before; `limits: null` takes it away. */
  putLimitRule(rule: PutLimitRule): Promise<LimitRules>;
  /** True when it was stopped. */
  liftChannelStop(stop: LiftStop): Promise<boolean>;
}

export function createLeasesClient({ call, fetch, read }: Transport): LeasesClient {
  const ledger = (query: ListLedger = {}) => call('listLedger', { query });
  return {
    allocate: async (body) => {
      const msMin = (body.wait_ms ?? 0) + CLIENT_CALL_MS_MAX;
      return read('allocateLease', await fetch('allocateLease', { body }, { msMin }));
    },
    list: (query = {}) => call('listLeases', { query }),
    waiting: async () => (await call('listAllocationRequests', {})).items,
    showWaiting: (id) => call('showAllocationRequest', { params: { id } }),
    stopWaiting: async (id) => {
      await call('leaveAllocationRequests', { params: { id } });
    },
    release: (id, body) => call('releaseLease', { params: { id }, body }),
    extend: (id, body) => call('extendLease', { params: { id }, body }),
    health: (id) => call('showLeaseHealth', { params: { id } }),
    listHealth: (query = {}) => call('listLeaseHealth', { query }),
    check: (id, body) => call('checkRateLimit', { params: { id }, body }),
    record: (id, body) => call('recordRateLimit', { params: { id }, body }),
    status: (id) => call('showRateLimit', { params: { id } }),
    handleError: (id, body) => call('handleLeaseError', { params: { id }, body }),
    recovery: () => call('showRecovery', {}),
    ledger,
    wholeLedger: (query = {}) => pagesOf((after) => ledger({ ...query, after })),
    limitRules: () => call('listLimitRules', {}),
    putLimitRule: (body) => call('putLimitRule', { body }),
    liftChannelStop: async (body) => (await call('liftChannelStop', { body })).lifted,
  };
}
