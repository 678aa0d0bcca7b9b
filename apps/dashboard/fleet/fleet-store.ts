import type { AccountView } from '#libs/contracts/account';
import { readEvent, type TypedEvent } from '#libs/contracts/event-data';
import type { StreamFrame } from '#libs/contracts/stream';
import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import type { StreamState } from '#libs/client/event-stream';
import { follow } from '../parts/follow.js';
import { sortAccounts } from './fleet-filter.js';
import { knownBrowser } from './known-browser.js';

export interface Fleet {
  readonly accounts: readonly AccountView[];
  readonly byId: ReadonlyMap<string, AccountView>;
  /** All pages were read at least once. */
  readonly loaded: boolean;
  readonly line: StreamState;
  /** Why they can’t be read now; null: they can, as far as is known. */
  readonly failure: unknown;
}

/** The largest page there is: 1,000 accounts are two calls. */
const PAGE_ITEMS = 500;
/** Changes are shown together so often: fast enough for eyes, and 50 a second cost ten drawings, not fifty. */
const SHOW_EVERY_MS = 100;
/** Memory and node are in no event, so they are read again now and then, as often as Muster measures browsers. */
const MEASURES_EVERY_MS = 30_000;
/** An account that was at rest has its node now: read together with those that start beside it. */
const NODE_AFTER_MS = 1_500;

/** All accounts as they are committed: read once, then kept by the stream. It lives until it is closed. */
export class FleetStore {
  readonly #byId = new Map<string, AccountView>();
  /** Deleted; what is told of them afterwards is how their sessions close. */
  readonly #gone = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #leave = new AbortController();
  #fleet: Fleet;
  /** Ids as they are shown; null: a label has come, changed or gone. */
  #order: readonly string[] | null = null;
  #loaded = false;
  #failure: unknown = null;
  #line: StreamState = { is: 'connecting', sinceMs: Date.now(), why: null };
  #showing: ReturnType<typeof setTimeout> | undefined;
  #placing: ReturnType<typeof setTimeout> | undefined;
  readonly #measuring: ReturnType<typeof setInterval>;

  /** `refused`: Muster does not let this caller in; nothing more is tried. */
  constructor(
    private readonly muster: MusterClient,
    private readonly refused: (error: MusterApiError) => void,
  ) {
    this.#fleet = this.#picture();
    this.#measuring = setInterval(() => void this.#measure(), MEASURES_EVERY_MS);
    void this.#follow();
  }

  readonly current = (): Fleet => this.#fleet;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** One that was made here, before its event comes. Of what is known the events alone tell: answers may be overtaken. */
  readonly add = (account: AccountView): void => {
    if (!this.#byId.has(account.id)) this.#put(account);
  };

  readonly drop = (id: string): void => {
    this.#gone.add(id);
    this.#order = null;
    this.#byId.delete(id);
    this.#show();
  };

  close(): void {
    this.#leave.abort();
    clearInterval(this.#measuring);
    clearTimeout(this.#showing);
    clearTimeout(this.#placing);
    this.#listeners.clear();
  }

  #follow(): Promise<void> {
    return follow(
      this.muster,
      { topics: ['accounts'], signal: this.#leave.signal },
      {
        read: () => this.#load(),
        take: (frame) => this.#take(frame),
        line: (state) => this.#tellLine(state),
        failed: (error) => this.#failed(error),
      },
    );
  }

  #failed(error: unknown): boolean {
    if (error instanceof MusterApiError && [401, 403].includes(error.problem.status)) {
      this.refused(error);
      return false;
    }
    this.#failure = error;
    this.#show();
    return true;
  }

  async #load(): Promise<void> {
    const seen = new Set<string>();
    for await (const account of this.muster.accounts.all({ limit: PAGE_ITEMS })) {
      seen.add(account.id);
      this.#byId.set(account.id, account);
    }
    for (const id of this.#byId.keys()) if (!seen.has(id)) this.#byId.delete(id);
    this.#loaded = true;
    this.#failure = null;
    this.#order = null;
    this.#show();
  }

  async #take(frame: StreamFrame): Promise<void> {
    const told = readEvent(frame);
    if (told?.accountId) await this.#apply(told, told.accountId);
  }

  async #apply(told: TypedEvent, id: string): Promise<void> {
    if (told.event === 'account.deleted') return this.drop(id);
    if (this.#gone.has(id)) return;
    const known = this.#byId.get(id);
    if (told.event === 'account.changed' && known) {
      if (known.node === null) this.#placing ??= setTimeout(() => void this.#measure(), NODE_AFTER_MS);
      const { state } = told.data;
      return this.#put({ ...known, ...state, browser: knownBrowser(known.browser, state), updatedAt: told.at });
    }
    const read = await this.muster.accounts.get(id).catch(nothingThere);
    if (read) this.#put(read);
  }

  /** Never rejects: what is wrong then, the line tells, and the next look comes anyway. */
  async #measure(): Promise<void> {
    this.#placing = undefined;
    if (!document.hidden && this.#line.is === 'live') await this.#readMeasures().catch(() => undefined);
  }

  async #readMeasures(): Promise<void> {
    for await (const { id, node, browser } of this.muster.accounts.all({ limit: PAGE_ITEMS })) {
      const known = this.#byId.get(id);
      if (known) this.#byId.set(id, { ...known, node, browser: knownBrowser(browser, known) });
    }
    this.#show();
  }

  #put(account: AccountView): void {
    if (this.#gone.has(account.id)) return;
    if (this.#byId.get(account.id)?.label !== account.label) this.#order = null;
    this.#byId.set(account.id, account);
    this.#show();
  }

  #tellLine(line: StreamState): void {
    this.#line = line;
    this.#show();
  }

  #show(): void {
    this.#showing ??= setTimeout(() => {
      this.#showing = undefined;
      this.#fleet = this.#picture();
      for (const listener of this.#listeners) listener();
    }, SHOW_EVERY_MS);
  }

  /** Sorting a thousand labels takes milliseconds, and changes of status come by the dozen. */
  #picture(): Fleet {
    this.#order ??= sortAccounts(this.#byId.values()).map(({ id }) => id);
    return {
      accounts: this.#order.flatMap((id) => this.#byId.get(id) ?? []),
      byId: new Map(this.#byId),
      loaded: this.#loaded,
      line: this.#line,
      failure: this.#failure,
    };
  }
}

function nothingThere(error: unknown): null {
  if (error instanceof MusterApiError && error.problem.status === 404) return null;
  throw error;
}
