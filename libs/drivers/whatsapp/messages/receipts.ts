import type { AckLevel, DriverFact } from '#libs/contracts/session';
import { keyIdIn } from './message-key.js';
import { Recent } from './recent.js';

/** Keys of messages sent, some 200 bytes each: acknowledgements of older ones are told under WhatsApp's own id. */
const KEYS_KEPT_MAX = 5_000;

/** What WhatsApp says of messages sent, as facts under the ids that they were sent by. */
export class Receipts {
  private readonly keys = new Recent<string>(KEYS_KEPT_MAX);

  /** From now on a message whose key has this last part is told under this id. */
  remember(keyId: string, providerMessageId: string): void {
    this.keys.put(keyId, providerMessageId);
  }

  /** WhatsApp may have filed a message under the chat's other address; its own part of the key stays. */
  idOf(providerMessageId: string): string {
    return this.keys.get(keyIdIn(providerMessageId) ?? '') ?? providerMessageId;
  }

  /** `ack` in WhatsApp's numbers. */
  factOf(providerMessageId: string, ack: number): DriverFact {
    const id = this.idOf(providerMessageId);
    const level = levelOf(ack);
    return level === 'refused'
      ? { type: 'driver.refused', providerMessageId: id, detail: 'WhatsApp refused the message' }
      : { type: 'driver.acknowledged', providerMessageId: id, level };
  }
}

/** WhatsApp's numbers: 1 at the server, 2 on the phone, 3 read, 4 played; below 0 the server said no. */
export function levelOf(ack: number): AckLevel | 'refused' {
  if (ack < 0) return 'refused';
  return (['pending', 'sent', 'delivered'] as const)[ack] ?? 'read';
}
