import { Inject, Injectable } from '@nestjs/common';
import type { AccountView } from '#libs/contracts/account';
import { type RecordedStep, stateAfter, STEPS_TO_A_START_MAX } from '#libs/account/account.replay';
import { ACCOUNT_EXPORT_FORMAT, type AccountExport } from '#libs/contracts/account-export';
import { LOGGED_EVENT_NAMES, LOGGED_EVENTS, type LoggedEventName } from '#libs/contracts/event-log';
import { EXPORT_EVENTS_MAX } from '#libs/contracts/limits/calls';
import { LOG_PAGE_WAIT_MS_MAX } from '#libs/contracts/limits/news';
import type { Page } from '#libs/contracts/page';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountSnapshotView, PastAccountView } from '#libs/contracts/snapshot';
import type { TransitionView } from '#libs/contracts/transition';
import type { EventLog } from '#src/events/event-log';
import {
  ACCOUNT_STORE,
  type AccountQuery,
  type AccountStore,
  EVENT_LOG,
  SNAPSHOT_STORE,
  type SnapshotStore,
  TRANSITION_STORE,
  type TransitionStore,
} from './stores.js';

@Injectable()
export class AccountsQueries {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(TRANSITION_STORE) private readonly history: TransitionStore,
    @Inject(SNAPSHOT_STORE) private readonly snapshots: SnapshotStore,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  list(query: AccountQuery): Promise<Page<AccountView>> {
    return this.accounts.list(query);
  }

  async show(id: string): Promise<Outcome<AccountView>> {
    const account = await this.accounts.find(id);
    return account === null ? refused('account_not_found') : accepted(account);
  }

  /** `nextCursor` is the seq to go on after. */
  async transitions(id: string, query: { after: number; limit: number }): Promise<Outcome<Page<TransitionView>>> {
    if ((await this.accounts.find(id)) === null) return refused('account_not_found');
    const items = await this.history.list(id, query.after, query.limit);
    const last = items.at(-1);
    return accepted({ items, nextCursor: last && items.length === query.limit ? String(last.seq) : null });
  }

  async snapshot(id: string): Promise<Outcome<AccountSnapshotView>> {
    if ((await this.accounts.find(id)) === null) return refused('account_not_found');
    const stored = await this.snapshots.find(id);
    return accepted({
      accountId: id,
      epoch: stored?.epoch ?? null,
      writtenAt: stored?.writtenAt ?? null,
      snapshot: (stored?.snapshot ?? null) as AccountSnapshotView['snapshot'],
    });
  }

  /** Bounded: as many steps are read and replayed as lie between two that say where the account stood. */
  async past(id: string, seq: number): Promise<Outcome<PastAccountView>> {
    if ((await this.accounts.find(id)) === null) return refused('account_not_found');
    const { steps } = await this.history.record(id, seq + 1, STEPS_TO_A_START_MAX);
    const last = steps.at(-1);
    if (last?.seq !== seq) return refused('step_not_found');
    const past = stateAfter(steps.map(recordedOf));
    if (!past.ok) return refused('step_not_replayable', WHY_NOT[past.why]);
    const { input, ...step } = last;
    return accepted({
      accountId: id,
      step,
      carried: input?.with ?? {},
      orders: input?.did?.split(' ') ?? [],
      exact: past.exact,
      snapshot: past.stored as unknown as PastAccountView['snapshot'],
    });
  }

  /** Steps and snapshot are of one moment; account and events are of about the same. */
  async export(id: string, { before, limit }: { before?: number; limit: number }): Promise<Outcome<AccountExport>> {
    const found = await this.accounts.find(id);
    if (found === null) return refused('account_not_found');
    const { steps, end } = await this.history.record(id, before ?? null, limit);
    const first = steps[0]?.seq ?? 1;
    const { settings: _settings, browser: _browser, ...account } = found;
    return accepted({
      format: ACCOUNT_EXPORT_FORMAT,
      exportedAt: new Date().toISOString(),
      account,
      snapshot: {
        accountId: id,
        seq: end?.seq ?? 0,
        epoch: end?.epoch ?? null,
        writtenAt: end?.writtenAt ?? null,
        snapshot: (end?.snapshot ?? null) as AccountSnapshotView['snapshot'],
      },
      transitions: steps,
      events: await this.eventsOf(id),
      olderBefore: first > 1 ? first : null,
    });
  }

  private async eventsOf(id: string): Promise<AccountExport['events']> {
    const query = { after: null, names: EXPORTED_EVENTS, accountIds: [id], limit: EXPORT_EVENTS_MAX };
    const page = await this.log.read({ ...query, patienceMs: LOG_PAGE_WAIT_MS_MAX });
    return [...(page?.events ?? [])];
  }
}

/** The steps themselves tell of the changes, and what people wrote is nobody's business here. */
const EXPORTED_EVENTS: readonly LoggedEventName[] = LOGGED_EVENT_NAMES.filter(
  (name) =>
    (LOGGED_EVENTS[name] === 'accounts' && name !== 'account.changed') ||
    name === 'outbox.paused' ||
    name === 'outbox.resumed',
);

const WHY_NOT = {
  no_start: 'It was written before steps kept what a replay needs.',
  differs: 'Today’s machine leads to another state than the one that is recorded.',
} as const;

/** What its input means is checked where it is replayed. */
const recordedOf = ({ at, input, ...step }: AccountExport['transitions'][number]): RecordedStep => ({
  ...step,
  at: Date.parse(at),
  input: input as RecordedStep['input'],
});
