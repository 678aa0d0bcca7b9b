import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#libs/client/client';
import { connectSimulatorControl } from '../control/control-client.js';
import { answerPanel } from './demo-calls.js';
import { type DemoDoor, openDoor } from './demo-door.js';
import { createNarrator } from './demo-narrator.js';
import { CUSTOMER } from './demo-phones.js';
import { Strikes } from './demo-strikes.js';

const ACCOUNT = '0196b3f0-0000-7000-8000-000000000001';
const ORDER = { fault: 'kill_browser', account: ACCOUNT };
/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:1';

let door: DemoDoor;
let takenOver: number;

/** A demo whose runtime does not answer: whatever gets as far as it is let in. */
beforeEach(async () => {
  takenOver = 0;
  door = await openDoor(0);
  const client = createClient({ baseUrl: NOWHERE });
  const control = connectSimulatorControl(NOWHERE);
  const ground = { client, control, numberOf: () => CUSTOMER, customer: CUSTOMER, dataDir: '/nowhere', runtimePid: 0 };
  const strikes = new Strikes({ ...ground, narrator: createNarrator(() => undefined) });
  const story = () => 'over' as const;
  door.answerBy(
    answerPanel({ ...ground, strikes, story, looked: () => undefined, takenOver: () => void (takenOver += 1) }),
  );
});
afterEach(() => door.close());

async function strike(order: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${door.url}/demo/strikes`, { method: 'POST', headers, body: JSON.stringify(order) });
  return { status: answer.status, code: ((await answer.json()) as { code: string }).code };
}

describe('the demo, which ends processes when it is asked to', () => {
  it('is asked by its own page and by programs', async () => {
    expect(await strike(ORDER, { origin: door.url })).toEqual({ status: 503, code: 'unanswered' });
    expect(await strike(ORDER)).toEqual({ status: 503, code: 'unanswered' });
    expect(takenOver).toBe(2);
  });

  it.each(['http://elsewhere.example', 'http://127.0.0.1:1', 'null', 'file://'])(
    'does nothing for a page of %s',
    async (origin) => {
      expect(await strike(ORDER, { origin })).toEqual({ status: 403, code: 'foreign_caller' });
      expect(takenOver).toBe(0);
    },
  );

  it('does nothing for what it does not know', async () => {
    expect(await strike({ fault: 'rm -rf', account: null })).toEqual({ status: 422, code: 'bad_input' });
    expect(await strike({ fault: 'kill_browser', account: '../..' })).toEqual({ status: 422, code: 'bad_input' });
    expect(takenOver).toBe(0);
  });

  it('has no other calls', async () => {
    for (const [method, path] of [
      ['GET', 'strikes'],
      ['POST', 'state'],
      ['DELETE', 'strikes'],
    ])
      expect((await fetch(`${door.url}/demo/${path}`, { method })).status).toBe(404);
  });
});
