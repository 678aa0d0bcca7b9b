import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';
import { connectSimulatorControl } from '../control/control-client.js';
import { type DemoDoor, openDoor } from './demo-door.js';
import { createNarrator } from './demo-narrator.js';
import { openPanel, type Panel } from './demo-panel.js';
import { CUSTOMER } from './demo-phones.js';

/** Where nobody listens: what the panel asks is heard, and then goes wrong. */
const NOWHERE = 'http://127.0.0.1:1';
const ALICE = { label: 'Alice' } as AccountView;
const SHOP = { label: 'Shop' } as AccountView;

let door: DemoDoor;
let panel: Panel;
beforeEach(async () => {
  door = await openDoor(0);
  const ground = { client: createClient({ baseUrl: NOWHERE }), control: connectSimulatorControl(NOWHERE) };
  const narrator = createNarrator(() => undefined);
  panel = openPanel(door, { ...ground, narrator, numberOf: () => CUSTOMER, dataDir: '/nowhere', runtimePid: 0 }, true);
});
afterEach(async () => {
  await panel.close();
  await door.close();
});

const look = () => fetch(`${door.url}/demo/state`);
const strike = () =>
  fetch(`${door.url}/demo/strikes`, {
    method: 'POST',
    body: JSON.stringify({ fault: 'kill_database', account: null }),
  });

describe('phones', () => {
  it('scan by themselves as long as nobody has the panel open', () => {
    expect([ALICE, SHOP].map(panel.scansByItself)).toEqual([true, true]);
  });

  it('wait for whoever looks, but for those of the story', async () => {
    await look();
    expect([ALICE, SHOP].map(panel.scansByItself)).toEqual([true, false]);
    panel.storyIsOver();
    expect([ALICE, SHOP].map(panel.scansByItself)).toEqual([false, false]);
  });
});

describe('the story', () => {
  it('goes on while somebody looks', async () => {
    await look();
    expect(panel.takenOver.aborted).toBe(false);
  });

  it('ends when a person plays something', async () => {
    await look();
    await strike();
    expect(panel.takenOver.aborted).toBe(true);
    expect(panel.scansByItself(ALICE)).toBe(false);
  });
});
