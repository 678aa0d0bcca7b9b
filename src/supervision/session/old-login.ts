import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import type { Driver } from '#libs/drivers/driver';
import type { AccountMail } from '../actor/account-mail.js';
import type { Clock, SupervisionLog } from '../ports.js';
import { createSignal } from '../signal.js';

export interface OldLoginWorld {
  readonly accountId: string;
  readonly clock: Clock;
  readonly driver: Pick<Driver, 'discardLogin'>;
  readonly log: SupervisionLog;
  readonly post: (mail: AccountMail) => void;
}

/** A login that is over, and is moved out of the way of the next one. */
export class OldLogin {
  private moving: Promise<void> | null = null;

  constructor(private readonly world: OldLoginWorld) {}

  /** It is being moved aside in this moment. */
  get isMoving(): boolean {
    return this.moving !== null;
  }

  /** Tells the machine when it is done. Never rejects; asked again meanwhile, it is the same move. */
  discard(): Promise<void> {
    return (this.moving ??= this.move().finally(() => (this.moving = null)));
  }

  private async move(): Promise<void> {
    const { accountId, clock, driver, log, post } = this.world;
    const limit = createSignal<'too late'>(clock, DISCARD_LOGIN_MS_MAX);
    try {
      await Promise.race([driver.discardLogin(accountId), limit.promise.then(rejectLate)]);
      post({ kind: 'login-discarded' });
    } catch (error) {
      log.error({ err: error, accountId }, 'the login could not be moved aside; the next connect tries again');
    } finally {
      limit.cancel();
    }
  }
}

const rejectLate = (): never => {
  throw new Error(`not done within ${DISCARD_LOGIN_MS_MAX} ms`);
};
