import { waitUntil } from '#libs/client/wait-until';
import { pagesOf } from '#libs/client/pages';
import type { AccountView } from '#libs/contracts/account';
import { ControlRefusal, type SimulatorControl } from '#apps/simulator/control/control-client';
import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import type { BrowserWatch } from '#test/sequences/browser-watch';
import type { JournalReader } from './journal-reader.js';
import { untilQuiet } from './quiet.js';
import type { Correspondent, Traffic } from './traffic.js';

export interface Member extends Correspondent {
  /** Told as CONNECTED once: from then on its login must hold, and no code is scanned any more. */
  paired: boolean;
  /** Disconnected by a person, for good. */
  retired: boolean;
  /** When a code was scanned, or it was commanded, last. */
  tendedAt: number;
}

/** A launch that hangs is given up after half a minute, and tried again. */
const PAIR = { timeoutMs: 120_000, everyMs: 50 };
/** A scan, or a command, has its effect by then; until then it is not repeated. */
const TEND_EVERY_MS = 2_000;

/** The accounts of a run: so many at once, and now and then a new one in the place of the oldest. */
export class Fleet {
  readonly members: Member[] = [];

  constructor(
    private readonly client: MusterClient,
    private readonly control: SimulatorControl,
    private readonly watch: BrowserWatch,
    private readonly traffic: Traffic,
    private readonly journal: JournalReader,
    private readonly options: { readonly seed: number; readonly wrong: (id: string, what: string) => void },
  ) {}

  get active(): readonly Member[] {
    return this.members.filter(({ retired }) => !retired);
  }

  /** A new account, up to the scan of its code. */
  async beginPairing(): Promise<Member> {
    const n = this.members.length + 1;
    const number = `+4917${String((this.options.seed % 1_000) * 1_000 + n).padStart(8, '0')}`;
    const { id } = await this.client.accounts.create({ label: `chaos ${n}`, provider: 'whatsapp' });
    const member: Member = { id, number, paired: false, retired: false, tendedAt: performance.now() };
    this.members.push(member);
    this.watch.follow(id, { came: nothing, went: nothing, wrong: (what) => this.options.wrong(id, what) });
    await this.client.accounts.connect(id);
    await this.client.accounts.untilStatus(id, 'QR_READY', PAIR);
    await this.scan(member);
    return member;
  }

  async pair(): Promise<Member> {
    const member = await this.beginPairing();
    await waitUntil(
      'the pairing',
      async () => this.tend(),
      () => member.paired,
      PAIR,
    );
    return member;
  }

  /** Makes room for a new one. What its clients sent is still judged. */
  async retireOldest(): Promise<void> {
    const oldest = this.active.find(({ paired }) => paired);
    if (oldest === undefined) return;
    await this.traffic.end(oldest.id);
    await untilQuiet(this.client, this.journal, [oldest]);
    await this.client.accounts.disconnect(oldest.id);
    oldest.retired = true;
    await this.client.accounts.untilStatus(oldest.id, 'DISCONNECTED', PAIR);
  }

  /** Looks at all, and does for those that are being paired what a person would. Answers all views. */
  async tend(): Promise<readonly AccountView[]> {
    const views: AccountView[] = [];
    for await (const view of pagesOf((cursor) => this.client.accounts.list({ limit: 500, cursor }))) views.push(view);
    for (const member of this.active) {
      const view = views.find(({ id }) => id === member.id);
      if (view === undefined || member.paired) continue;
      if (view.status === 'CONNECTED') {
        member.paired = true;
        this.traffic.begin(member);
      } else if (performance.now() - member.tendedAt > TEND_EVERY_MS) await this.help(member, view);
    }
    return views;
  }

  private async help(member: Member, { status }: AccountView): Promise<void> {
    if (status !== 'QR_READY' && status !== 'DISCONNECTED' && status !== 'FAILED') return;
    member.tendedAt = performance.now();
    if (status === 'QR_READY') await this.scan(member);
    else await this.client.accounts.connect(member.id);
  }

  private async scan(member: Member): Promise<void> {
    member.tendedAt = performance.now();
    try {
      const { qr } = await this.client.accounts.qr(member.id);
      await this.control.scan({ qr, number: member.number });
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }
}

/** The code was replaced meanwhile, or an earlier scan has had its effect: the account is looked at again. */
const isOver = (error: unknown): boolean =>
  (error instanceof ControlRefusal && error.code === 'qr_not_shown') ||
  (error instanceof MusterApiError && error.problem.code === 'qr_not_ready');

const nothing = (): void => undefined;
