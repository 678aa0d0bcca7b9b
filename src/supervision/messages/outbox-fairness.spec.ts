import { beforeEach, describe, expect, it } from 'vitest';
import { SEND_RETRY_FIRST_MS, SEND_RETRY_MS_MAX } from '#libs/contracts/limits/messages';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const CAROL = '+380670000001';
let stage: NodeStage;
/** The page can't say under which id a message to Bob would go. */
let isSpoilt: boolean;
let asked: number;

const spoiling = (driver: Driver): Driver => ({
  ...driver,
  open(opening, report) {
    const session = driver.open(opening, report);
    return {
      kill: () => session.kill(),
      ask(name, ask) {
        if (name !== 'prepare' || !isSpoilt || !JSON.stringify(ask).includes(BOB.slice(1)))
          return session.ask(name, ask);
        asked += 1;
        return Promise.resolve({ ok: false, why: 'unanswered', detail: 'the page broke' } as const);
      },
    };
  },
});

beforeEach(async () => {
  isSpoilt = true;
  asked = 0;
  stage = new NodeStage({ driver: spoiling });
  await stage.connected(alice);
});

function send(id: string, to: string): void {
  stage.messages.accept(alice, id, to, stage.clock.now());
  stage.child(alice).wakeOutbox();
}
const arrivals = (): readonly string[] => stage.provider.messages.all().map(({ text }) => text);

describe('a chat for which the session can fix no id', () => {
  it('holds up no other, and its own messages stay in their order', async () => {
    send('b1', BOB);
    send('c1', CAROL);
    send('b2', BOB);
    send('c2', CAROL);
    await stage.clock.advance(1_000);
    expect(arrivals()).toEqual(['text of c1', 'text of c2']);
    isSpoilt = false;
    await stage.clock.advance(SEND_RETRY_FIRST_MS);
    expect(arrivals().slice(2)).toEqual(['text of b1', 'text of b2']);
  });

  it('says why it waits, and is asked for less and less often', async () => {
    send('b1', BOB);
    await stage.clock.advance(1_000);
    expect(stage.messages.row('b1')).toMatchObject({ status: 'queued', error: { message: 'the page broke' } });
    await stage.clock.advance(10 * SEND_RETRY_MS_MAX);
    expect(asked).toBeLessThan(20);
    send('b2', BOB);
    expect(arrivals()).toEqual([]);
    isSpoilt = false;
    await stage.clock.advance(SEND_RETRY_MS_MAX);
    expect(stage.messages.statuses()).toEqual({ b1: 'delivered', b2: 'delivered' });
    expect(stage.messages.row('b1').error).toBeNull();
  });
});
