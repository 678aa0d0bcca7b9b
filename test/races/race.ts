import type { Scheduler } from 'fast-check';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import type { MusterEvent } from '#libs/contracts/events';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { SupervisionLog } from '#src/supervision/ports';
import { createVirtualClock } from '#test/support/virtual-clock';
import type { Bug } from './bug.js';
import {
  type AboutOne,
  type Ask,
  type Call,
  callOf,
  createCall,
  type Deed,
  listCall,
  type Plan,
  wordsOf,
} from './deeds.js';
import type { Opened } from './held-driver.js';
import { Life, type World } from './life.js';
import type { Answer, Seat } from './seat.js';
import { Turns } from './turns.js';

/** A call and its answer. Null: the runtime died before. */
export interface Told {
  readonly call: Call;
  /** Of the account that it was about; null: about none. */
  readonly accountId: string | null;
  readonly ask: Ask;
  readonly answer: Answer | null;
  /** Of the life that answered. */
  readonly life: number;
  /** Of turns (Turns.moment). */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A pairing and a first message take less. */
const SETUP_MS = 2_000;
/** A login is ended, and a session closed. */
const RELEASE_MS = 30_000;
/** Upkeep looks from so far in the future: what is wanted for a minute only has expired then. */
const UPKEEP_AHEAD_MS = 120_000;

/** One race: an account, some clients who do things to it all at once, and what is left of it. */
export class Race {
  readonly label = newId();
  readonly turns: Turns;
  readonly provider: SimulatedProvider;
  readonly world: World;
  readonly told: Told[] = [];
  readonly opened: Opened[] = [];
  /** What the runtimes said went wrong. */
  readonly complaints: string[] = [];
  /** Clients that have not come to their end. */
  readonly unanswered = new Set<string>();
  private readonly cures: (() => void)[] = [];
  accountId = '';
  lives = 0;
  life: Life;

  constructor(
    readonly store: DataSource,
    readonly seat: Seat,
    scheduler: Scheduler,
    private readonly bug: Bug | null = null,
  ) {
    this.turns = new Turns(scheduler, createVirtualClock(Date.now()));
    this.provider = new SimulatedProvider(this.turns.clock, { next: () => 0 });
    const news: MusterEvent[] = [];
    this.world = { store, turns: this.turns, provider: this.provider, nodeId: this.label, opened: this.opened, news };
    this.life = this.nextLife();
  }

  async run({ begins, clients }: Plan): Promise<void> {
    seatTaken(this.seat, this.life);
    await this.begin(begins);
    const running = clients.map((deeds, at) => this.client(`client ${at + 1}`, deeds));
    await this.turns.play();
    await Promise.race([Promise.all(running), this.turns.settled()]);
    this.life.stumbles.length = 0;
    const { router } = this.life;
    for (const id of await router.unreleased()) void router.release(id); // as upkeep does, a minute later
    await this.turns.pass(RELEASE_MS);
  }

  /** Asks the API, with nothing in its way. */
  call(call: Call): Promise<Answer | null> {
    return this.seat.call(call);
  }

  /** The race is over: nothing of its runtime may move in the next one. */
  close(): void {
    for (const cure of this.cures.splice(0)) cure();
    this.life.crash(false);
    this.seat.sit(null, 'starting');
  }

  private async begin(begins: Plan['begins']): Promise<void> {
    const created = await this.call(createCall(this.label));
    this.accountId = (created?.body as { readonly id: string }).id;
    if (begins === 'new') return;
    const connected = this.call(callOf({ ask: 'connect' }, this.accountId));
    if (begins === 'pausing') await this.call(callOf({ ask: 'pause' }, this.accountId));
    await this.turns.pass(SETUP_MS);
    await connected;
  }

  private async client(name: string, deeds: readonly Deed[]): Promise<void> {
    this.unanswered.add(name);
    for (const deed of deeds) {
      await this.turns.take(`${name}: ${wordsOf(deed)}`);
      if ('ask' in deed) await this.ask(name, deed);
      else if ('loses' in deed) this.life.stumbles.push(deed);
      else if ('kill' in deed) this.restart(deed.kill === 'its statements arrive');
      else await this.happen(deed.happens);
    }
    this.unanswered.delete(name);
  }

  private async ask(name: string, ask: Ask): Promise<void> {
    if (ask.ask === 'create') return void (await this.tell(name, ask, createCall(this.label), null));
    if (isAboutOne(ask)) return void (await this.tell(name, ask, callOf(ask, this.accountId), this.accountId));
    const list = await this.tell(name, ask, listCall(this.label), null);
    const { items = [] } = (list?.body ?? {}) as { readonly items?: readonly { readonly id: string }[] };
    const each: AboutOne = { ask: ask.ask === 'delete all' ? 'delete' : 'connect' };
    await Promise.all(items.map(({ id }) => this.tell(name, each, callOf(each, id), id)));
  }

  private async tell(name: string, ask: Ask, call: Call, accountId: string | null): Promise<Answer | null> {
    const [life, askedAt] = [this.lives, this.turns.moment];
    const answer = await this.call(call);
    const code = answer && answer.status >= 400 ? ` ${(answer.body as { code?: string } | null)?.code}` : '';
    this.turns.tell(`${name} hears of ${wordsOf(ask)}: ${answer ? `${answer.status}${code}` : 'the line broke'}`);
    this.told.push({ call, accountId, ask, answer, life, askedAt, answeredAt: this.turns.moment });
    return answer;
  }

  private restart(stragglersArrive: boolean): void {
    this.life.crash(stragglersArrive);
    this.life = this.nextLife();
    this.seat.sit(this.life, 'starting');
    const { life } = this;
    void life.start(() => seatTaken(this.seat, life));
  }

  private async happen(what: Extract<Deed, { readonly happens: string }>['happens']): Promise<void> {
    const { provider, accountId } = this;
    switch (what) {
      case 'drop':
        return void provider.drop(accountId, 'network_unreachable');
      case 'crash':
        return void provider.drop(accountId, 'page_crashed');
      case 'degrade':
        return void provider.degrade(accountId);
      case 'recover':
        return void provider.recover(accountId);
      case 'log out on the phone':
        return void provider.logOutOnPhone(accountId);
      case 'expire the login':
        return provider.expireLogin(accountId);
      case 'upkeep': {
        const at = this.turns.clock.now() + UPKEEP_AHEAD_MS;
        const upkeep = this.life.messages.expireQueued(this.world.nodeId, at);
        await Promise.race([this.life.over, upkeep.catch(() => undefined)]); // it looks again in a minute
      }
    }
  }

  private nextLife(): Life {
    this.lives += 1;
    const complain = (data: object, text: string): void => void this.complaints.push(`${text} ${causeIn(data)}`);
    const silent = (): void => undefined;
    const log: SupervisionLog = { debug: silent, info: silent, warn: silent, error: complain };
    const life = new Life(`runtime ${this.lives}`, this.world, log);
    const cure = this.bug?.infect(life);
    if (cure) this.cures.push(cure);
    return life;
  }
}

const isAboutOne = (ask: Ask): ask is AboutOne => !['create', 'delete all', 'connect all'].includes(ask.ask);

/** From now on its calls are answered. One that has died meanwhile has left the seat to another. */
function seatTaken(seat: Seat, life: Life): void {
  if (life.isAlive) seat.sit(life, 'running');
}

const causeIn = (data: object): string => ('err' in data ? String(data.err) : '');
