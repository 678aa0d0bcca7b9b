import { ACKNOWLEDGEMENT_MS_MAX } from '#libs/contracts/limits/messages';
import type { AckLevel } from '#libs/contracts/session';
import type { Clock } from '../ports.js';
import { createSignal, type Signal } from '../signal.js';

/** The provider's word on a message. */
export interface Word {
  readonly level: Exclude<AckLevel, 'pending'> | 'refused';
  readonly detail: string | undefined;
}

/** The one message of an account that is on its way, and whoever waits for the provider's word on it. */
export class Flight {
  private current: { readonly providerMessageId: string; readonly word: Signal<Word> } | null = null;

  constructor(private readonly clock: Clock) {}

  /** From now on this message is waited for, for at most ACKNOWLEDGEMENT_MS_MAX. */
  listen(providerMessageId: string): Signal<Word> {
    const word = createSignal<Word>(this.clock, ACKNOWLEDGEMENT_MS_MAX);
    this.current = { providerMessageId, word };
    return word;
  }

  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    if (this.current?.providerMessageId === providerMessageId && level !== 'pending')
      this.current.word.give({ level, detail });
  }

  /** Whoever waits for a word of an ended session waits in vain. */
  cancel(): void {
    this.current?.word.cancel();
  }
}
