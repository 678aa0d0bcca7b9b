import type { AccountMail } from './account-mail.js';

/** Who waits to hear what became of a piece of mail. Each hears once. */
export class MailReplies<Outcome> {
  /** There only while somebody waits: an empty map is 300 bytes of each idle account. */
  private waiting: Map<AccountMail, (outcome: Outcome) => void> | null = null;

  /** Resolves with what it is given for this mail. */
  to(mail: AccountMail): Promise<Outcome> {
    return new Promise((resolve) => (this.waiting ??= new Map()).set(mail, resolve));
  }

  give(mail: AccountMail, outcome: Outcome): void {
    this.waiting?.get(mail)?.(outcome);
    this.waiting?.delete(mail);
    if (this.waiting?.size === 0) this.waiting = null;
  }

  /** To all who still wait. */
  giveAll(outcome: Outcome): void {
    for (const reply of this.waiting?.values() ?? []) reply(outcome);
    this.waiting = null;
  }
}
