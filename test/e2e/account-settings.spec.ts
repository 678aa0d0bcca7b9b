import { describe, expect, it } from 'vitest';
import { startRuntime } from '#test/support/runtime';
import { storeSettings } from '#test/support/stored-settings';

/** Falls are followed by the next try at once. */
const HASTY = { BACKOFF_FIRST_MS: '100', BACKOFF_MS_MAX: '200' };
const UNREADABLE = { readyMs: -1 };

describe('settings that the provider could not read', () => {
  it('are refused by their place; stored by an older version they fail the account alone, until they are replaced', async () => {
    await using before = await startRuntime(HASTY);
    const { accounts } = before.client;
    const refusal = { problem: { status: 400, code: 'invalid_request', errors: [{ path: 'body.settings.readyMs' }] } };
    const unreadable = { label: 'sales', provider: 'simulated', settings: UNREADABLE } as const;
    await expect(accounts.create(unreadable)).rejects.toMatchObject(refusal);
    expect((await accounts.list({})).items).toEqual([]);

    const settings = { autoScanMs: 0 };
    const make = async (label: string) => (await accounts.create({ label, provider: 'simulated', settings })).id;
    const [id, neighbour] = [await make('sales'), await make('neighbour')];
    for (const one of [id, neighbour]) await accounts.connect(one);
    for (const one of [id, neighbour]) await accounts.untilConnected(one);
    await expect(accounts.patch(id, { label: 'other', settings: UNREADABLE })).rejects.toMatchObject(refusal);
    expect(await accounts.get(id)).toMatchObject({ label: 'sales', status: 'CONNECTED', settings });

    await storeSettings(before.dataDir, id, UNREADABLE);
    await before.stop();
    await using after = await before.startAgain();
    const back = after.client.accounts;
    await back.untilConnected(neighbour);
    await back.untilStatus(id, ['FAILED']);
    expect(await back.get(id)).toMatchObject({ settings: UNREADABLE, reason: { code: 'driver_error' } });
    expect(await back.patch(id, { label: 'other' })).toMatchObject({ label: 'other', settings: UNREADABLE });
    await expect(back.patch(id, { settings: UNREADABLE })).rejects.toMatchObject(refusal);
    await back.patch(id, { settings });
    await back.connect(id);
    expect(await back.untilConnected(id)).toMatchObject({ label: 'other', settings });
  });
});
