import { setTimeout as delay } from 'node:timers/promises';
import type { AccountView } from '#libs/contracts/account';
import type { MusterClient } from '#libs/client/client';
import { ControlRefusal } from '../control/control-client.js';
import { type FaultGround, type Hold, PLAYS, type Target, TOLD } from './demo-faults.js';
import type { Narrator } from './demo-narrator.js';
import { LOGIN_STORED_MS } from './demo-story.js';
import { DEMO_FAULTS, type DemoRefusal, type StrikeOrder, type StrikeView } from './demo-words.js';

export interface StrikeParts extends FaultGround {
  readonly narrator: Narrator;
  readonly numberOf: (account: AccountView) => string;
}

export type StrikeOutcome =
  | { readonly ok: true; readonly strike: StrikeView }
  | { readonly ok: false; readonly why: DemoRefusal };

/** As many as a person follows; the history of an account has them all. */
const STRIKES_KEPT_MAX = 10;

/** What was played at the demo, and what of it still lasts. It lives until it is closed, and leaves nothing frozen or cut. */
export class Strikes {
  readonly #holds = new Map<Hold, NodeJS.Timeout>();
  readonly #leave = new AbortController();
  #views: readonly StrikeView[] = [];
  #count = 0;

  constructor(private readonly parts: StrikeParts) {}

  /** Latest first. */
  list(): readonly StrikeView[] {
    return this.#views;
  }

  async play({ fault, account }: StrikeOrder): Promise<StrikeOutcome> {
    const { client, numberOf, narrator } = this.parts;
    const all = await connectedAccounts(client, numberOf);
    const chosen = account === null ? all : all.filter(({ id }) => id === account);
    if (chosen.length === 0 && DEMO_FAULTS[fault].strikes !== 'database') return { ok: false, why: 'not_connected' };
    if (fault === 'kill_browser' && (await this.#areJustLinked(chosen))) return { ok: false, why: 'just_linked' };
    const atMs = Date.now();
    const { struck, holds } = await PLAYS[fault](chosen, all, this.parts);
    if (struck.length === 0 && DEMO_FAULTS[fault].strikes !== 'database')
      return { ok: false, why: 'nothing_to_strike' };
    narrator.tell('panel', TOLD[fault](struck.map(({ label }) => label).join(', ')));
    for (const hold of holds)
      this.#holds.set(
        hold,
        setTimeout(() => void this.#lift(hold), hold.ms),
      );
    const lastsMs = Math.max(0, ...holds.map(({ ms }) => ms));
    const view: StrikeView = {
      id: (this.#count += 1),
      fault,
      accounts: struck.map(({ id, label }) => ({ id, label })),
      at: new Date(atMs).toISOString(),
      until: lastsMs > 0 ? new Date(atMs + lastsMs).toISOString() : null,
      store: DEMO_FAULTS[fault].strikes === 'database' ? { lostMs: null, backMs: null } : null,
    };
    this.#views = [view, ...this.#views].slice(0, STRIKES_KEPT_MAX);
    if (view.store) void this.#watchStore(view, atMs);
    return { ok: true, strike: view };
  }

  async close(): Promise<void> {
    this.#leave.abort();
    await Promise.all([...this.#holds.keys()].map((hold) => this.#lift(hold)));
  }

  /** Never rejects: what can't be lifted is told. */
  async #lift(hold: Hold): Promise<void> {
    clearTimeout(this.#holds.get(hold));
    this.#holds.delete(hold);
    await hold.lift().catch((error: unknown) => {
      if (error instanceof ControlRefusal) return; // the stand-in was reset, and with it the fault
      this.parts.narrator.tell('demo', `a fault could not be lifted: ${String(error)}`);
    });
  }

  async #areJustLinked(targets: readonly Target[]): Promise<boolean> {
    const devices = await this.parts.control.devices();
    const numbers = targets.map(({ number }) => number.replace('+', ''));
    const mine = devices.filter(({ number, unlinked }) => unlinked === null && numbers.includes(number));
    return mine.some(({ linkedAt }) => Date.now() - Date.parse(linkedAt) < LOGIN_STORED_MS);
  }

  /** Never rejects: a runtime that does not answer is not ready. */
  async #watchStore({ id }: StrikeView, atMs: number): Promise<void> {
    const isReady = () =>
      this.parts.client.health
        .ready()
        .then(({ status }) => status === 'ok')
        .catch(() => false);
    const store: { lostMs: number | null; backMs: number | null } = { lostMs: null, backMs: null };
    while (store.backMs === null && Date.now() - atMs < STORE_WATCH_MS_MAX && !this.#leave.signal.aborted) {
      const ready = await isReady();
      if (!ready) store.lostMs ??= Date.now() - atMs;
      else if (store.lostMs !== null) store.backMs = Date.now() - atMs;
      this.#views = this.#views.map((view) => (view.id === id ? { ...view, store: { ...store } } : view));
      await delay(STORE_LOOK_EVERY_MS, undefined, { signal: this.#leave.signal }).catch(() => undefined);
    }
  }
}

/** Ten times what Muster needs to have its database back. */
const STORE_WATCH_MS_MAX = 30_000;
const STORE_LOOK_EVERY_MS = 50;

async function connectedAccounts(
  { accounts }: MusterClient,
  numberOf: (account: AccountView) => string,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for await (const account of accounts.all({ provider: 'whatsapp', status: 'CONNECTED' }))
    targets.push({ id: account.id, label: account.label, number: numberOf(account) });
  return targets;
}
