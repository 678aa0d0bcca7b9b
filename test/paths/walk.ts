import { isDeepStrictEqual } from 'node:util';
import { replay } from '#libs/account/account.replay';
import { stateOf, store, type StoredAccount } from '#libs/account/account.snapshot';
import { abstractionOf } from './abstraction.js';
import type { Coverage } from './coverage.js';
import { isHeard, isPossible, make, type Model, NEW_MODEL } from './model.js';
import type { Edge } from './graph.js';
import { nameOf } from './moves.js';
import { PathStage } from './path-stage.js';

/** States in which a session exists, as the machine’s header promises. */
const HAS_SESSION = /^(CONNECTING\.launching|QR_READY|AUTHENTICATING\..*|CONNECTED\..*|.*\.closing)$/;
/** Those that wait for a person, and the one that has arrived; each other state must have an end. */
const HAS_NO_DEADLINE = /^(DISCONNECTED\.idle|FAILED\.idle|CONNECTED\.online)$/;

/** One account that goes a path, beside the model that goes the same one. After each step both must be the same. */
export class Walk {
  model: Model = NEW_MODEL;
  private readonly stage = new PathStage();
  private readonly story: string[] = [];

  constructor(private readonly coverage: Coverage) {}

  async go(edge: Edge): Promise<void> {
    const { move, to } = edge;
    if (!isPossible(this.model, move)) this.fail(`the world can’t make this move: ${nameOf(move)}`);
    const before = this.model;
    this.model = make(before, move);
    this.story.push(`${nameOf(move)} → ${stateOf(this.model.account)}`);
    await this.stage.make(move);
    this.compare();
    this.checkPromises();
    if (abstractionOf(this.model) !== to) this.fail(`the graph has ${to} here, it is ${abstractionOf(this.model)}`);
    this.coverage.count(edge, before, this.model);
  }

  /** The history that was written leads to where it came; and the end leaves nothing behind. */
  async end(): Promise<void> {
    const { differences, reachedEnd } = replay(this.stage.lived());
    if (differences.length > 0) this.fail(`a replay differs: ${JSON.stringify(differences[0])}`);
    if (!reachedEnd && this.stage.recorder.entries.length > 0) this.fail('a replay does not reach the end');
    await this.stage.stop();
    if (this.stage.timers > 0) this.fail(`${this.stage.timers} timers are left`);
  }

  private compare(): void {
    const { account, session, launchAsked } = this.model;
    const { script, recorder, refused, clock } = this.stage;
    const { value, context } = (recorder.entries.at(-1)?.snapshot ?? store(NEW_MODEL.account)) as StoredAccount;
    this.expect('state', value, account.value);
    this.expect('context', context, account.context);
    this.expect('session', script.session?.opening.incarnation ?? null, session?.incarnation ?? null);
    this.expect('login of the session', script.session?.opening.login, session?.login);
    this.expect('what the session was asked', script.session?.asked, session?.asked);
    this.expect('waits for a launch', this.stage.launchAsked, launchAsked);
    this.expect('time', clock.now(), this.model.now);
    this.expect('refused commands', refused, []);
  }

  private checkPromises(): void {
    const { model, stage } = this;
    const { context } = model.account;
    const state = stateOf(model.account);
    const exists = stage.script.session?.opening.incarnation === context.incarnation && isHeard(model);
    const mayHave = HAS_SESSION.test(state);
    // Before the first, the old login goes; after the second, force did not help, and that is told.
    const excused = model.opening !== null || model.session !== null;
    if (mayHave !== exists && !excused) this.fail(`${state} ${exists ? 'has' : 'has no'} session`);
    if (!mayHave && exists && context.reason?.code !== 'not_closed' && !wasNotClosed(model))
      this.fail(`${state} has a session, and does not say that it was not closed`);
    if (!HAS_NO_DEADLINE.test(state) && context.deadline === null) this.fail(`${state} has no deadline`);
    const { deadline } = context;
    if (deadline && !(stage.clock.nextAt()! <= deadline.at)) this.fail(`nobody waits for the deadline of ${state}`);
    if (state === 'CONNECTED.online' && !stage.script.session?.probed) this.fail('CONNECTED without a probe');
    if (stage.child.qr().ok !== (state === 'QR_READY')) this.fail(`the code of ${state}`);
    if (stage.child.state.detail !== state) this.fail(`shown as ${stage.child.state.detail}`);
  }

  private expect(what: string, is: unknown, ought: unknown): void {
    if (!isDeepStrictEqual(is, ought))
      this.fail(`${what} is ${JSON.stringify(is)}, by the model ${JSON.stringify(ought)}`);
  }

  private fail(what: string): never {
    throw new Error(`${what}\n  ${this.story.join('\n  ')}`);
  }
}

/** A session that outlived its kill stays until it goes by itself, whatever the account does meanwhile. */
const wasNotClosed = ({ session }: Model): boolean => session?.asked.kill === true;
