import { afterAll, beforeAll, expect, it } from 'vitest';
import { listTree } from '#libs/processes/process-table';
import { untilGone } from '#test/support/nothing-left';
import { setStage, type WhatsappStage } from '#test/support/whatsapp-stage';

/** The bar for an engine host whose runtime was killed, and what it takes to look. */
const ORPHANS_MS_MAX = 5_000 + 500;
const accounts = ['+491700000001', '+491700000002'] as const;

let stage: WhatsappStage;
let ids: readonly string[];
beforeAll(async () => {
  stage = await setStage();
  ids = await Promise.all(accounts.map((number) => stage.create(number)));
  await Promise.all(ids.map((id, n) => stage.pair(id, accounts[n]!)));
});
afterAll(async () => stage[Symbol.asyncDispose]());

it('browsers of a runtime that is killed are gone within 5 s, also one that is frozen', async () => {
  const browsers = listTree(ids.flatMap((id) => stage.browserOf(id)).map(({ pid }) => pid)); // with all their helpers
  expect(browsers.length).toBeGreaterThan(ids.length);
  for (const { pid } of stage.browserOf(ids[1]!)) process.kill(pid, 'SIGSTOP');
  const killedAt = performance.now();
  await stage.runtime.kill();
  await untilGone(browsers, { timeoutMs: 2 * ORPHANS_MS_MAX, everyMs: 20 });
  expect(performance.now() - killedAt).toBeLessThan(ORPHANS_MS_MAX);
});
