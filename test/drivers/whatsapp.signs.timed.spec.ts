import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { openWhatsappStage, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';

/** More than twice as long as a hang needs to be found. */
const QUIET_MS = 18_000;
const PROBE = { everyMs: 1_000, answerMsMax: 2_500 };
/** Below what a page has for an answer, by enough for a busy machine. */
const TASK_MS = 1_800;
/** Longer than a page has for an answer. */
const HELD_MS = 3_500;

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage({}, PROBE);
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Nothing happened in this time, and the page still answers. */
async function staysReady({ session, facts }: Witness, ms = QUIET_MS): Promise<void> {
  const said = facts.length;
  await passed(ms); // that nothing happens has no event
  valueOf(await session.ask('probe', {}));
  expect(facts.slice(said)).toEqual([]);
}

/** What needs no quiet is in whatsapp.signs.spec.ts. */
describe('a page that lives is left alone', () => {
  it('while it works in one task after the other', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.do({ deed: 'work', number: alice, taskMs: TASK_MS, totalMs: QUIET_MS });
    await staysReady(witness, QUIET_MS + 1_000);
  });

  it('while others use all processors', async () => {
    const { witness } = await stage.paired(alice);
    const busy: readonly ChildProcess[] = [1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;);']));
    const ended = busy.map((one) => once(one, 'exit'));
    try {
      await staysReady(witness);
    } finally {
      for (const one of busy) one.kill('SIGKILL');
      await Promise.all(ended);
    }
  });

  it('while our own event loop is held up', async () => {
    const { witness } = await stage.paired(alice);
    for (let times = 0; times < 4; times++) {
      await passed(50); // between two blocks, as a busy host does
      const until = performance.now() + HELD_MS;
      while (performance.now() < until);
    }
    await staysReady(witness, 3_000);
  });
});
