import type { Clock, LoginStore, SimulatedLogin } from './ports.js';

/** Changes wait this long to be written together: a wave of pairings becomes a few writes. */
const SAVE_AFTER_MS = 100;
/** A failed write is tried again, so that a full disk heals by itself. */
const SAVE_RETRY_MS = 2_000;

/** Who is paired with what. Lives in memory; with a store, every change is written shortly after. */
export class LoginBook {
  private readonly logins = new Map<string, SimulatedLogin>();
  /** Account ids by phone, so that a message finds its receivers among ten thousand accounts. */
  private readonly byPhone = new Map<string, Set<string>>();
  private timer: unknown = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly store: LoginStore | null,
  ) {}

  async load(): Promise<void> {
    for (const login of (await this.store?.load()) ?? []) this.put(login);
  }

  find(accountId: string): SimulatedLogin | undefined {
    return this.logins.get(accountId);
  }

  withPhone(phone: string): readonly SimulatedLogin[] {
    return [...(this.byPhone.get(phone) ?? [])].flatMap((id) => this.logins.get(id) ?? []).filter((it) => it.linked);
  }

  change(accountId: string, phone: string, change: Partial<SimulatedLogin>): void {
    const before = this.logins.get(accountId) ?? { accountId, phone, saved: false, linked: false, banned: false };
    this.put({ ...before, ...change });
    this.saveSoon(SAVE_AFTER_MS);
  }

  /** Resolves when all that was changed is written. */
  async flush(): Promise<void> {
    if (this.timer !== null) {
      this.clock.clearTimeout(this.timer);
      this.timer = null;
      this.write();
    }
    await this.writing;
  }

  private put(login: SimulatedLogin): void {
    const former = this.logins.get(login.accountId);
    if (former && former.phone !== login.phone) this.byPhone.get(former.phone)?.delete(login.accountId);
    this.logins.set(login.accountId, login);
    const sharers = this.byPhone.get(login.phone);
    if (sharers) sharers.add(login.accountId);
    else this.byPhone.set(login.phone, new Set([login.accountId]));
  }

  private saveSoon(afterMs: number): void {
    if (!this.store || this.timer !== null) return;
    this.timer = this.clock.setTimeout(() => {
      this.timer = null;
      this.write();
    }, afterMs);
  }

  private write(): void {
    const store = this.store;
    if (!store) return;
    this.writing = this.writing.then(() =>
      store.save([...this.logins.values()]).catch(() => this.saveSoon(SAVE_RETRY_MS)),
    );
  }
}
