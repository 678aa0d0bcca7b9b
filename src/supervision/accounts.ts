import type { AccountDeadlines } from '#libs/account/account.context';
import { describeAccount, revive } from '#libs/account/account.snapshot';
import type { Provider } from '#libs/contracts/account';
import type { CommittedState } from '#libs/contracts/events';
import { CATCH_UP_PARALLEL_MAX } from '#libs/contracts/limits/messages';
import { DEAD_LETTERS_KEPT_MAX } from '#libs/contracts/limits/runtime';
import { ACTOR_CRASHES_BY_MESSAGE_MAX, QUARANTINE_KEPT_MAX } from '#libs/contracts/limits/sessions';
import type { Outcome } from '#libs/contracts/refusals';
import type { Driver } from '#libs/drivers/driver';
import type { ChildRef, Down } from '#libs/supervisor/child-spec';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createQuarantine } from '#libs/supervisor/quarantine';
import type { RestartPolicy } from '#libs/supervisor/restart-policy';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import { AccountChild, type RestorePlan } from './account-child.js';
import type { AccountWorld } from './account-world.js';
import { AccountReleases } from './account-releases.js';
import { liveAccount } from './account-life.js';
import { type AccountLogic, createAccountLogic } from './actor/account-logic.js';
import type { AccountMail } from './actor/account-mail.js';
import type { DeadLetterReason } from './actor/commit-loop.js';
import { type InspectionListener, Inspections } from './actor/inspections.js';
import { type GivenUpAccount, givenUpAccount, givenUpEntry } from './given-up.js';
import type { BrakeStatus } from './launch/launch-gate.js';
import { LaunchGates, type LaunchGatesWorld } from './launch/launch-gates.js';
import { Turns } from './messages/turns.js';
import type { Dice, OwnedAccount } from './ports.js';
import { type AccountsReport, reportAccounts } from './accounts-report.js';
import { ACCOUNT_RESTART, branches, growBranch } from './tree.js';

export interface SupervisionWorld
  extends Omit<
      AccountWorld,
      'logic' | 'sessions' | 'deadLetters' | 'quarantine' | 'inspections' | 'closeMs' | 'killMs' | 'catchUps'
    >,
    Omit<LaunchGatesWorld, 'clock'> {
  readonly dice: Dice;
  /** One driver per provider that this node can run. */
  readonly drivers: ReadonlyMap<Provider, Driver>;
  readonly deadlines: AccountDeadlines;
  readonly restart: RestartPolicy;
  /** Made here unless it is given: it costs milliseconds, and a process that plays many nodes needs one. */
  readonly logic?: AccountLogic;
  readonly note: (note: SupervisorNote) => void;
}

/** All accounts that this node owns, each under supervision. */
export class Accounts {
  readonly deadLetters = createDeadLetters<AccountMail, DeadLetterReason>({ keptMax: DEAD_LETTERS_KEPT_MAX });
  readonly inspections: Inspections;
  private readonly sessions: Supervisor;
  private readonly actors: Supervisor;
  private readonly children = new Map<string, AccountChild>();
  private readonly refs = new Map<string, ChildRef>();
  /** Without an actor, since theirs broke too often; their logins are on the disk all the same. */
  private readonly givenUp = new Map<string, GivenUpAccount>();
  private readonly gates: LaunchGates;
  /** Timers of broken actors that come back. */
  private readonly returns = new Set<unknown>();
  readonly releases: AccountReleases;
  private readonly shared: AccountWorld;

  constructor(private readonly world: SupervisionWorld) {
    const tree = branches(world.restart);
    this.inspections = new Inspections(() => world.clock.now());
    this.gates = new LaunchGates(world, this.children);
    const { children, givenUp } = this;
    this.releases = new AccountReleases({ world, children, givenUp, drop: (id, child) => this.drop(id, child) });
    const note = (event: SupervisorNote): void => {
      this.gates.hear(event);
      world.note(event);
    };
    this.sessions = growBranch(tree.sessions, { ...world, note });
    this.actors = growBranch(tree.accounts, world);
    this.shared = {
      ...world,
      sessions: this.sessions,
      deadLetters: this.deadLetters,
      inspections: this.inspections,
      quarantine: createQuarantine({ crashesMax: ACTOR_CRASHES_BY_MESSAGE_MAX, keptMax: QUARANTINE_KEPT_MAX }),
      logic: world.logic ?? createAccountLogic(world.deadlines),
      catchUps: new Turns(CATCH_UP_PARALLEL_MAX),
      closeMs: world.deadlines.close,
      killMs: world.deadlines.kill,
    };
  }

  /** Gives each an actor; nothing moves yet. Answers those left out because their provider cannot run here. */
  adopt(owned: readonly OwnedAccount[]): readonly OwnedAccount[] {
    const { recorder, drivers, clock } = this.world;
    const left = owned.filter(({ provider }) => !drivers.has(provider));
    for (const account of owned) {
      const driver = drivers.get(account.provider);
      if (driver) this.supervise(account, driver, () => 'rest');
      const state = this.children.get(account.accountId)?.state ?? describeStored(account, clock.now());
      recorder.prime(account.accountId, state);
    }
    return left;
  }

  /** Half-way states without a session behind them come to rest; resolves when that is committed. Answers how many. */
  async settle(autoRestore: boolean): Promise<number> {
    const halfWay = this.planned('settle', autoRestore);
    await Promise.all(halfWay.map((child) => child.begin('settle')));
    return halfWay.length;
  }

  /**
   * Those that were wanted are on their way back, the longest-waiting first; resolves when that is committed, so that
   * nobody is shown a connection that died with the last process. Launching goes on in the background. Answers how many.
   */
  async restore(autoRestore: boolean): Promise<number> {
    const wanted = this.planned('restore', autoRestore);
    wanted.sort((a, b) => a.asStored.enteredAt - b.asStored.enteredAt);
    await Promise.all(wanted.map((child) => child.begin('restore')));
    return wanted.length;
  }

  find(accountId: string): AccountChild | null {
    return this.children.get(accountId) ?? null;
  }

  /** See `AccountReleases`. */
  release(accountId: string, disown?: () => Promise<void>): Promise<Outcome<null>> {
    return this.releases.release(accountId, disown);
  }

  /** Nothing of it is recorded as a disconnection. Resolves when every session is gone, or proven unwilling to go. */
  async stop(): Promise<void> {
    for (const timer of this.returns) this.world.clock.clearTimeout(timer);
    this.returns.clear();
    this.gates.close();
    this.releases.stop();
    const children = [...this.children.values()];
    await this.actors.stop();
    await this.sessions.stop();
    await Promise.all(children.map((child) => child.finish()));
  }

  /** Of each provider that had something to launch. */
  brakes(): readonly BrakeStatus[] {
    return this.gates.status;
  }

  /** Tells how the machine of this account stands, and then all that comes to it. Answers the function that ends it. */
  inspect(accountId: string, listener: InspectionListener): () => void {
    const leave = this.inspections.watch(accountId, listener);
    this.children.get(accountId)?.present(this.inspections.to(accountId, listener));
    return leave;
  }

  /** All of it at this moment, for people to look at: walks over all accounts. */
  report(): AccountsReport {
    const { sessions, actors, children, gates, givenUp } = this;
    return reportAccounts({ sessions, actors, children, gates, givenUp, now: this.world.clock.now() });
  }

  /** Ends every session by force, now; `stop` goes on waiting until they are gone. */
  hurry(): void {
    for (const { id, incarnation, state } of this.sessions.children())
      if (state === 'running' || state === 'stopping') void this.sessions.killChild({ id, incarnation });
  }

  private async drop(accountId: string, child: AccountChild | undefined): Promise<void> {
    const actor = this.refs.get(accountId);
    if (actor) await this.actors.stopChild(actor);
    await child?.finish();
    this.sessions.forget(accountId);
    this.actors.forget(accountId);
    this.world.recorder.forget(accountId);
  }

  private planned(plan: RestorePlan, autoRestore: boolean): AccountChild[] {
    return [...this.children.values()].filter((child) => child.plan(autoRestore) === plan);
  }

  private supervise(owned: OwnedAccount, driver: Driver, plan: (child: AccountChild) => RestorePlan): void {
    const { accountId } = owned;
    this.actors.startChild({
      id: accountId,
      restart: ACCOUNT_RESTART,
      shutdownMs: this.world.deadlines.close,
      start: (ref) => {
        this.refs.set(accountId, ref);
        this.givenUp.delete(accountId);
        const child = new AccountChild(owned, driver, this.gates.of(owned.provider), this.shared);
        this.children.set(accountId, child);
        void child.begin(plan(child));
        return liveAccount(accountId, child, this.shared);
      },
      onDown: (down) => this.onActorDown(accountId, driver, down),
    });
  }

  /** A broken actor comes back from its last commit; one that was stopped or lost is not ours to bring back. */
  private onActorDown(accountId: string, driver: Driver, { exit, verdict }: Down): void {
    const last = this.children.get(accountId);
    if (last && verdict.do === 'restart') return this.bringBack(accountId, driver, last, verdict.at);
    this.children.delete(accountId);
    this.refs.delete(accountId);
    if (last && verdict.do === 'give_up') {
      this.givenUp.set(accountId, givenUpAccount(driver, last.asStored, this.world.clock.now()));
      void this.leaveDown(last);
    } else if (exit.reason !== 'stopped') this.world.recorder.forget(accountId);
  }

  private bringBack(accountId: string, driver: Driver, last: AccountChild, at: number): void {
    const { clock } = this.world;
    const timer = clock.setTimeout(() => {
      this.returns.delete(timer);
      if (this.children.get(accountId) !== last) return;
      // What was accepted since it was taken is not known here.
      this.supervise({ ...last.asStored, outboxEmpty: false }, driver, (child) => child.plan(true));
    }, at - clock.now());
    this.returns.add(timer);
  }

  /** Nobody may go on seeing what it was before: it has FAILED. The next command gives it a new actor. */
  private async leaveDown({ asStored }: AccountChild): Promise<void> {
    const { recorder, clock, log } = this.world;
    const { accountId } = asStored;
    try {
      await recorder.record(givenUpEntry(asStored, clock.now()));
    } catch (err) {
      log.error({ err, accountId }, 'an account that broke again and again could not be written down as failed');
      recorder.forget(accountId);
    }
  }
}

const describeStored = (account: OwnedAccount, now: number): CommittedState =>
  describeAccount(revive(account.snapshot, now).snapshot);
