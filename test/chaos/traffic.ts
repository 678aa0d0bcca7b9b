import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatorControl } from '#apps/simulator/control/control-client';
import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import { SeededDice } from '#test/simulation/seeded-dice';

/** A message that a client wants to be sent; its text is its idempotency key, and there is no other of that text. */
export interface Sent {
  readonly accountId: string;
  readonly number: string;
  readonly to: string;
  readonly text: string;
  /** Its place among those of this chat, from 1. */
  readonly n: number;
  /** Null until the API has accepted it. */
  messageId: string | null;
  acceptedAt: number | null;
  /** Asked so often until the answer came. */
  tries: number;
  /** The API's word that it never will be. */
  refused: string | null;
}

export interface Correspondent {
  readonly id: string;
  readonly number: string;
}

const CHATS = 2;
const BETWEEN_MS = [200, 1_200] as const;
const INCOMING_BETWEEN_MS = [500, 2_500] as const;
const AGAIN_MS = 200;
/** After the last round the runtime is up: whoever still has no answer by then never gets one. */
const LAST_ANSWER_MS_MAX = 60_000;

/** Clients that go on sending whatever happens, each chat in its own order, and people who write to the accounts. */
export class Traffic {
  readonly sent: Sent[] = [];
  private readonly lanes = new Map<string, { readonly quiet: AbortController; readonly done: Promise<unknown> }>();

  constructor(
    private readonly client: MusterClient,
    private readonly control: SimulatorControl,
    private readonly seed: number,
  ) {}

  begin(account: Correspondent): void {
    const quiet = new AbortController();
    const dice = new SeededDice(this.seed + Number(account.number.slice(-6)));
    const lanes = Array.from({ length: CHATS }, (_, chat) => this.sendOn(account, chat, dice.fork(), quiet.signal));
    const done = Promise.all([...lanes, this.writeTo(account, dice.fork(), quiet.signal)]);
    done.catch(() => undefined); // told by the end
    this.lanes.set(account.id, { quiet, done });
  }

  /** No new message of this account; resolves when the API has answered to the last ones. */
  async end(id: string): Promise<void> {
    const lane = this.lanes.get(id);
    lane?.quiet.abort();
    await lane?.done;
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.lanes.keys()].map((id) => this.end(id)));
  }

  private async sendOn(
    { id, number }: Correspondent,
    chat: number,
    dice: SeededDice,
    quiet: AbortSignal,
  ): Promise<void> {
    const to = `+49159${number.slice(-6)}${chat}`;
    for (let n = 1; !quiet.aborted; n += 1) {
      const text = `${number}-${chat}-${n}`;
      const sent: Sent = {
        accountId: id,
        number,
        to,
        text,
        n,
        messageId: null,
        acceptedAt: null,
        tries: 0,
        refused: null,
      };
      this.sent.push(sent);
      await this.accept(sent, quiet);
      await pause(dice.between(...BETWEEN_MS));
    }
  }

  private async accept(sent: Sent, quiet: AbortSignal): Promise<void> {
    let deadline = Infinity;
    while (performance.now() < deadline) {
      sent.tries += 1;
      try {
        const order = { to: sent.to, text: sent.text };
        const { id } = await this.client.messages.send(sent.accountId, order, { idempotencyKey: sent.text });
        sent.messageId = id;
        sent.acceptedAt = Date.now();
        return;
      } catch (error) {
        sent.refused = isForGood(error) ? error.message : null;
        if (sent.refused !== null) return;
        await pause(AGAIN_MS); // whether it was accepted nobody knows: the same key tells
      }
      if (quiet.aborted) deadline = Math.min(deadline, performance.now() + LAST_ANSWER_MS_MAX);
    }
  }

  private async writeTo({ number }: Correspondent, dice: SeededDice, quiet: AbortSignal): Promise<void> {
    for (let n = 1; !quiet.aborted; n += 1) {
      const order = { from: `49158${number.slice(-6)}${n % CHATS}`, to: number, text: `to ${number} ${n}` };
      await this.control.sendIn(order).catch(() => undefined); // it is frozen: the journal tells whether it was written
      await pause(dice.between(...INCOMING_BETWEEN_MS));
    }
  }
}

/** The runtime that is away, its store, or a full queue are waited for. */
const isForGood = (error: unknown): error is MusterApiError =>
  error instanceof MusterApiError && error.problem.status < 500 && error.problem.status !== 429;
