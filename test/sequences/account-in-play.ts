import type { AccountCommandName } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import { createTransport } from '#libs/client/transport';
import type { WhatsappStage } from '#test/support/whatsapp-stage';
import type { BrowserWatch } from './browser-watch.js';
import { faultsOfHistory } from './history.js';
import type { Story } from './story.js';

/** More steps than any account of a sequence takes; the API gives no more at once. */
const STEPS_MAX = 500;

const OPERATION_OF = {
  connect: 'connectAccount',
  disconnect: 'disconnectAccount',
  restart: 'restartAccount',
  logout: 'logoutAccount',
} as const satisfies Record<AccountCommandName, string>;

/** One place of a sequence: an account and its phone. The account may be deleted; another one takes its place. */
export class AccountInPlay {
  id = '';
  /** All that ever had this place. */
  readonly ids: string[] = [];
  private accounts = 0;

  private constructor(
    readonly stage: WhatsappStage,
    private readonly watch: BrowserWatch,
    readonly story: Story,
    readonly place: string,
    readonly number: string,
  ) {}

  static async create(stage: WhatsappStage, watch: BrowserWatch, story: Story, n: number): Promise<AccountInPlay> {
    const number = `+49${String(170_000_000 + (story.seed % 10_000_000) * 10 + n)}`;
    await stage.control.setPhone(number, {});
    const account = new AccountInPlay(stage, watch, story, `a${n}`, number);
    await account.createAnew();
    return account;
  }

  tell(text: string): void {
    this.story.tell(this.who, text);
  }

  accuse(text: string): void {
    this.story.accuse(this.who, text);
  }

  async createAnew(): Promise<void> {
    this.id = await this.stage.create(`${this.story.seed} ${this.place}`);
    this.ids.push(this.id);
    this.accounts += 1;
    const who = this.who;
    this.story.tell(who, `is ${this.id}, phone ${this.number}`);
    this.watch.follow(this.id, {
      came: ({ pid }) => this.story.tell(who, `browser ${pid} is there`),
      went: ({ pid }) => this.story.tell(who, `browser ${pid} is gone`),
      wrong: (what) => this.story.accuse(who, what),
    });
  }

  /** `mayBeGone`: somebody deletes it at the same time. */
  async command(name: AccountCommandName, { mayBeGone = false } = {}): Promise<void> {
    this.tell(name);
    const { id } = this;
    const { status, text } = await this.ask(OPERATION_OF[name], id);
    const allowed = mayBeGone ? [202, 404] : [202];
    if (!allowed.includes(status)) this.accuse(`${name} was answered ${status}: ${text.slice(0, 300)}`);
    const did = /"did":"(\w+)"/.exec(text)?.[1] ?? status;
    this.tell(`${name}: ${did}`);
  }

  async delete(): Promise<void> {
    await this.tellHistory();
    this.tell('delete');
    const { status, text } = await this.ask('deleteAccount', this.id);
    if (status !== 204) this.accuse(`delete was answered ${status}: ${text.slice(0, 300)}`);
  }

  async history(): Promise<readonly TransitionView[]> {
    return (await this.stage.client.accounts.transitions(this.id, { limit: STEPS_MAX })).items;
  }

  /** Reads the history of the account that has the place now, tells it and checks it. */
  async tellHistory(): Promise<void> {
    const steps = await this.history();
    for (const { at, from, to, event, cause, incarnation } of steps)
      this.story.tell(this.who, `${from} → ${to} by ${event} (${cause}), session ${incarnation}`, Date.parse(at));
    if (steps.length === STEPS_MAX) this.accuse(`took more than ${STEPS_MAX} steps`);
    for (const fault of faultsOfHistory(steps)) this.accuse(fault);
  }

  private get who(): string {
    return this.accounts > 1 ? `${this.place}.${this.accounts}` : this.place;
  }

  /** Without the client's patience: what counts is what a caller is told at first. */
  private async ask(operation: (typeof OPERATION_OF)[AccountCommandName] | 'deleteAccount', id: string) {
    const transport = createTransport({ baseUrl: this.stage.runtime.url });
    const response = await transport.fetch(operation, { params: { id } });
    return { status: response.status, text: await response.text() };
  }
}
