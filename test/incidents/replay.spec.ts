import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayFiles } from '#apps/replay/replay-files';
import type { AccountDeadlines } from '#libs/account/account.context';
import { type AccountMachine, makeAccountMachine } from '#libs/account/account.machine';
import { accountSetup } from '#libs/account/account.setup';
import type { AccountExport } from '#libs/contracts/account-export';
import { waitUntil } from '#libs/client/wait-until';
import { startRuntime } from '#test/support/runtime';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Codes that change on the screen, a kill, a launch that hangs, a person who tries again, logs out and comes back. */
async function liveALife(): Promise<AccountExport[]> {
  await using first = await startRuntime({ CLOSE_DEADLINE_MS: '4000' });
  const settings = { autoScanMs: 500, qrLifetimeMs: 100 };
  const { id } = await first.client.accounts.create({ label: 'lived', provider: 'simulated', settings });
  await first.client.accounts.connect(id);
  await first.client.accounts.untilConnected(id);
  await first.kill();

  await using second = await first.startAgain({ LAUNCH_DEADLINE_MS: '1000' });
  const { accounts } = second.client;
  const untilDetail = (wanted: string) =>
    waitUntil(
      wanted,
      () => accounts.get(id),
      ({ detail }) => detail === wanted,
    );
  await accounts.untilConnected(id);
  await accounts.patch(id, { settings: { launchMs: 60_000 } });
  await accounts.restart(id);
  await untilDetail('CONNECTING.backingOff');
  await accounts.patch(id, { settings: {} });
  await accounts.connect(id);
  await accounts.untilConnected(id);
  await accounts.logout(id);
  await accounts.untilStatus(id, 'DISCONNECTED');
  await accounts.connect(id);
  await accounts.untilConnected(id);
  await accounts.disconnect(id);
  await untilDetail('DISCONNECTED.idle');

  const whole = await accounts.export(id);
  const newest = await accounts.export(id, { limit: 10 });
  const older = await accounts.export(id, { before: newest.olderBefore! });
  expect([...older.transitions, ...newest.transitions]).toEqual(whole.transitions);
  return [whole, newest, older];
}

const file = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
};

describe('an account’s life, exported by the API', () => {
  let whole: AccountExport, newest: AccountExport, older: AccountExport;
  beforeAll(async () => {
    [whole, newest, older] = (await liveALife()) as [AccountExport, AccountExport, AccountExport];
  });

  it('does the same today, to the last field of what is stored', async () => {
    const { exitCode, text } = await replayFiles([await file('whole.json', whole)]);
    expect(text).toContain('today’s machine does the same');
    expect(text).toContain('compared with the account as it was stored');
    expect(exitCode).toBe(0);
    const events = whole.transitions.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['account.restore', 'deadline.launch', 'account.logout']));
    expect(whole.events.map(({ event }) => event)).toEqual(['account.created', 'account.updated', 'account.updated']);
  });

  it('holds nothing that could be used to log in, and no settings', () => {
    expect(JSON.stringify(whole)).not.toMatch(/"qr"|"settings"|launchMs/);
  });

  it('is put together from its pages, in any order', async () => {
    const pages = [await file('newest.json', newest), await file('older.json', older)];
    expect(await replayFiles(pages)).toMatchObject({ exitCode: 0 });
    expect(await replayFiles(pages.slice(0, 1))).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('can be replayed') as string,
    });
  });

  it.each([
    [
      'another target',
      (deadlines: AccountDeadlines) =>
        mutated(deadlines, { AUTHENTICATING: { syncing: { on: { 'driver.ready': '#account.CONNECTED' } } } }),
      /driver\.ready +AUTHENTICATING\.verifying +CONNECTED\.online/,
    ],
    [
      'an order less',
      (deadlines: AccountDeadlines) => mutated(deadlines, { CONNECTING: { closing: { entry: ['setCloseDeadline'] } } }),
      /deadline\.launch +did closeSession +did nothing/,
    ],
    [
      'another limit',
      (deadlines: AccountDeadlines) => makeAccountMachine({ ...deadlines, launch: deadlines.launch + 60_000 }),
      /deadline\.launch +waited until .* waits for launch until/,
    ],
  ])('shows where a machine with %s differs', async (_, make, row) => {
    const { exitCode, text } = await replayFiles([await file('whole.json', whole)], make);
    expect([exitCode, text]).toEqual([1, expect.stringMatching(row)]);
  });

  it.each([
    ['is no JSON', 'nothing'],
    ['is no export of an account', '{"format":"muster-account-1"}'],
    ['can’t be read', null],
  ])('in a file that %s is refused with a sentence', async (why, text) => {
    const path = join(folder, `${why}.json`);
    if (text !== null) await writeFile(path, text);
    expect(await replayFiles([path])).toMatchObject({ exitCode: 2, text: expect.stringContaining(why) as string });
  });
});

type Changes = Readonly<Record<string, Readonly<Record<string, object>>>>;
type StatesConfig = Readonly<Record<string, { readonly states?: StatesConfig }>>;

/** Today’s machine with some of its sub-states otherwise. */
function mutated(deadlines: AccountDeadlines, changes: Changes): AccountMachine {
  const { config } = makeAccountMachine(deadlines);
  const states = Object.entries(config.states as StatesConfig).map(([status, state]) => {
    const subs = Object.entries(state.states ?? {}).map(([name, sub]) => [
      name,
      { ...sub, ...changes[status]?.[name] },
    ]);
    return [status, { ...state, states: Object.fromEntries(subs) as StatesConfig }];
  });
  const otherwise = { ...config, states: Object.fromEntries(states) as StatesConfig };
  return accountSetup(deadlines).createMachine(otherwise as never) as unknown as AccountMachine;
}
