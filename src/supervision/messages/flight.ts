import { ACKNOWLEDGEMENT_MS_MAX } from '#libs/contracts/limits/messages';
import type { AckLevel } from '#libs/contracts/session';
import type { Clock } from '../ports.js';
import { createSignal, type Signal } from '../signal.js';

/** The provider's word on a message. */
export interface Word {
  readonly level: Exclude<AckLevel, 'pending'> | 'refused';
  readonly detail: string | undefined;
}

/** The messages of an account that are on their way, and whoever waits for the provider's word on each. */
export class Flight {
  private readonly words = new Map<string, Signal<Word>>();

  constructor(private readonly clock: Clock) {}

  /** From now on this message is waited for, for at most ACKNOWLEDGEMENT_MS_MAX. */
  listen(providerMessageId: string): Signal<Word> {
    const word = createSignal<Word>(this.clock, ACKNOWLEDGEMENT_MS_MAX);
    this.words.set(providerMessageId, word);
    void word.promise.then(() => {
      if (this.words.get(providerMessageId) === word) this.words.delete(providerMessageId);
    });
    return word;
  }

  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    if (level !== 'pending') this.words.get(providerMessageId)?.give({ level, detail });
  }

  /** Whoever waits for a word of an ended session waits in vain. */
  cancel(): void {
    for (const word of this.words.values()) word.cancel();
  }
}
