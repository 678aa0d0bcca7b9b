import { expect } from 'vitest';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { DriverFact } from '#libs/contracts/session';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

export const me = '+491700000001';
export const bob = '+491700000002';
export const carol = '+491700000003';
export const chatOf = (phone: string): string => `${phone.slice(1)}@c.us`;
export const isFrom = (phone: string) => (fact: DriverFact) =>
  fact.type === 'driver.received' && fact.message.from === phone;
export type Letter = Omit<Parameters<WhatsappStage['control']['sendIn']>[0], 'from' | 'to'>;

/** One account, linked to the number `me`, that others write to. */
export class InboxStage {
  private constructor(
    readonly stage: WhatsappStage,
    private readonly accountId: string,
    /** Of its present session. */
    public witness: Witness,
  ) {}

  static async open(): Promise<InboxStage> {
    const stage = await openWhatsappStage();
    const { accountId, witness } = await stage.paired(me);
    return new InboxStage(stage, accountId, witness);
  }

  get control(): WhatsappStage['control'] {
    return this.stage.control;
  }

  /** Somebody writes this, and the account hears it. */
  async heard(letter: Letter, from = bob): Promise<ReceivedMessage> {
    const { id } = await this.control.sendIn({ from, to: me, ...letter });
    return this.told(id);
  }

  /** The message with this last part of its id, when it is told. */
  async told(id: string): Promise<ReceivedMessage> {
    const isIt = (fact: DriverFact): boolean =>
      fact.type === 'driver.received' && fact.message.providerMessageId.split('_')[2] === id;
    await expect.poll(() => this.witness.facts.some(isIt), { timeout: WAIT_MS }).toBe(true);
    return (this.witness.facts.find(isIt) as Extract<DriverFact, { type: 'driver.received' }>).message;
  }

  async leave(): Promise<void> {
    valueOf(await this.witness.session.ask('close', {}));
    await this.witness.ended();
  }

  async comeBack(): Promise<void> {
    ({ witness: this.witness } = this.stage.open(this.accountId, 'saved'));
    await this.witness.saw('driver.ready');
  }
}
