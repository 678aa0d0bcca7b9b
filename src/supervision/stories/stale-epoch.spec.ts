import { describe, expect, it } from 'vitest';
import type { AccountCommandName } from '#libs/contracts/account';
import { MESSAGE_TTL_MS } from '#libs/contracts/limits/messages';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';
import { StaleEpochError } from '../ports.js';

const alice = 'alice';

/** All that is done to an account outside of the store, in order. */
function watchedStage() {
  const done: string[] = [];
  const watch = (driver: Driver): Driver => ({
    ...driver,
    discardLogin: (id) => {
      done.push('discard the login');
      return driver.discardLogin(id);
    },
    open: (opening, report) => {
      done.push('open');
      const session = driver.open(opening, report);
      return {
        kill: () => session.kill(),
        ask: (name, question) => {
          done.push(name);
          return session.ask(name, question);
        },
      };
    },
  });
  const stage = new NodeStage({ driver: watch });
  const takenByAnother = (): void => {
    done.length = 0;
    stage.recorder.taken.add(alice);
    stage.messages.check = (accountId) => {
      if (stage.recorder.taken.has(accountId)) throw new StaleEpochError(accountId);
    };
  };
  return { stage, done, takenByAnother };
}

describe('S22 an account that another owner has taken', () => {
  it.each<[AccountCommandName, string[]]>([
    ['connect', []],
    ['disconnect', ['close']],
    ['restart', ['close']],
    ['logout', ['close']],
  ])('%s does nothing but end the session that was here', async (name, left) => {
    const { stage, done, takenByAnother } = watchedStage();
    if (left.length > 0) await stage.connected(alice);
    else stage.adopt(alice);
    takenByAnother();
    await stage.command(alice, name);
    await stage.clock.advance(3_600_000);
    expect(done).toEqual(left);
    expect(stage.provider.liveSessions()).toBe(0);
    expect(stage.accounts.find(alice)).toBeNull();
    if (left.length > 0) expect(stage.provider.pairedPhone(alice), 'its login is the other owner’s').not.toBeNull();
  });

  it('is not launched by its back-off, nor by a slot that it waited for', async () => {
    const { stage, done, takenByAnother } = watchedStage();
    await stage.connected(alice);
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.settle();
    expect(stage.state(alice)).toBe('CONNECTING.backingOff');
    takenByAnother();
    await stage.clock.advance(3_600_000);
    expect(done).toEqual([]);
  });

  it('sends nothing: the message stays for its owner', async () => {
    const { stage, done, takenByAnother } = watchedStage();
    const child = await stage.connected(alice);
    takenByAnother();
    stage.messages.accept(alice, 'm1', BOB, stage.clock.now());
    child.wakeOutbox();
    await stage.clock.advance(MESSAGE_TTL_MS);
    expect(done.filter((what) => what !== 'prepare')).toEqual(['close']);
    expect(stage.provider.messages.arrivals).toBe(0);
    expect(stage.messages.row('m1')).toMatchObject({ status: 'queued', tries: 0 });
  });
});
