import { type MessageView, type PhoneOrder, type PhoneView } from '../control/control-words.js';

/** A virtual phone: where a number's messages go when no device of ours is linked to it, and who scans QR codes. */
export interface Phones {
  set(number: string, order: PhoneOrder): PhoneView;
  /** Every number has a phone, whether anybody ever spoke of it or not. */
  get(number: string): PhoneView;
  receive(number: string, message: MessageView): void;
  list(): readonly PhoneView[];
  clear(): void;
}

/** Enough to look back over a test; the journal is the full record. */
export const PHONE_INBOX_MAX = 1_000;

export function createPhones(): Phones {
  const phones = new Map<string, PhoneView>();
  const get = (number: string): PhoneView => phones.get(number) ?? unknownPhone(number);
  return {
    get,
    set(number, order) {
      const phone = { ...get(number), ...order };
      phones.set(number, phone);
      return phone;
    },
    receive(number, message) {
      const phone = get(number);
      phones.set(number, { ...phone, inbox: [...phone.inbox, message].slice(-PHONE_INBOX_MAX) });
    },
    list: () => [...phones.values()],
    clear: () => phones.clear(),
  };
}

function unknownPhone(number: string): PhoneView {
  return { number, pushname: `Phone ${number}`, scansNewQr: false, readsAtOnce: false, registered: true, inbox: [] };
}
