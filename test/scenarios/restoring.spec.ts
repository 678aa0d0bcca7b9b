import { afterAll, beforeAll, describe, expect } from 'vitest';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '#libs/client/wait-until';
import { WAIT } from '#test/support/whatsapp-stage';
import type { Ordeal } from './episode.js';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('restoring');
/** Five log in at once. Beside twenty programs a single login took 3 s. */
const AUTHENTICATION_DEADLINE_MS = 12_000;
/** Six codes are seen and run out within it. */
const QR_SCAN_DEADLINE_MS = 12_000;
/** The runtime's stop and start, and five launches at once, take 20 s of a busy machine. */
const HEAL_MS = AUTHENTICATION_DEADLINE_MS + 80_000;

const NAMES = ['early', 'twice', 'never', 'expired', 'revoked'] as const;
let scene: ScenarioStage<(typeof NAMES)[number]>;

beforeAll(async () => {
  scene = await setScenario(NAMES, {
    AUTHENTICATION_DEADLINE_MS: String(AUTHENTICATION_DEADLINE_MS),
    QR_SCAN_DEADLINE_MS: String(QR_SCAN_DEADLINE_MS),
  });
  restarted = oneRestartFor(NAMES.length);
});
afterAll(() => scene?.[Symbol.asyncDispose]());

let restarted: () => Promise<void>;

/** All set their fault, and then the runtime is restarted once for all of them. */
function oneRestartFor(count: number): () => Promise<void> {
  let waiting = count;
  let tellAll = (): void => {};
  const allHere = new Promise<void>((resolve) => (tellAll = resolve));
  const done = allHere.then(async () => {
    expect(await scene.stage.runtime.stop()).toBe(0);
    await scene.stage.startAgain();
  });
  return async () => {
    waiting -= 1;
    if (waiting === 0) tellAll();
    await done;
  };
}

type FaultOrder = Parameters<typeof scene.strikeAt>[1];

const restoredUnder = (who: Person, fault: FaultOrder, then: Omit<Ordeal, 'strike' | 'withinMs'>) =>
  scene.play(who, {
    ...then,
    strike: async () => {
      await scene.strikeAt(who, fault);
      await restarted();
    },
    withinMs: HEAL_MS,
  });

/** Logins moved aside, of one account. */
async function trashOf({ id }: Person): Promise<readonly string[]> {
  const trash = join(scene.stage.runtime.dataDir, 'sessions', 'trash');
  return (await readdir(trash).catch(() => [])).filter((name) => name.includes(id));
}

/** Two, when the last good copy was tried, too. */
const isThere = ({ length }: readonly string[]): boolean => length > 0;

describe.concurrent('an account that is restored while', () => {
  scenario('has_synced fires before the library listens', async () => {
    const { early } = scene.cast;
    await restoredUnder(
      early,
      { name: 'has_synced', when: 'early' },
      { reason: null, ends: 'CONNECTED.online', sessions: 1, never: ['QR_READY'] },
    );
  });

  scenario('has_synced fires twice at once', async () => {
    const { twice } = scene.cast;
    await restoredUnder(
      twice,
      { name: 'has_synced', when: 'twice' },
      { reason: null, ends: 'CONNECTED.online', sessions: 1, never: ['QR_READY'] },
    );
  });

  scenario('has_synced never fires', async () => {
    const { never } = scene.cast;
    const { tookMs } = await restoredUnder(
      never,
      { name: 'has_synced', when: 'never', times: 1 },
      { reason: 'never_ready', ends: 'CONNECTED.online', sessions: 2, never: ['QR_READY'] },
    );
    expect(tookMs).toBeGreaterThan(AUTHENTICATION_DEADLINE_MS);
  });

  scenario('the saved login has expired', async () => {
    const { expired } = scene.cast;
    await restoredUnder(
      expired,
      { name: 'expired' },
      { reason: 'session_expired', ends: 'FAILED.idle', sessions: 1, never: ['QR_READY'] },
    );
    await waitUntil('the profile in the trash', () => trashOf(expired), isThere, WAIT);
  });

  scenario('the saved login was revoked', async () => {
    const { revoked } = scene.cast;
    await restoredUnder(
      revoked,
      { name: 'revoked' },
      { reason: 'session_expired', ends: 'FAILED.idle', sessions: 1, never: ['QR_READY'] },
    );
    await waitUntil('the profile in the trash', () => trashOf(revoked), isThere, WAIT);
  });
});

describe('an account that a person connects', () => {
  scenario('the login expired, and a person connects', async () => {
    const { early } = scene.cast;
    const { accounts } = scene.stage.client;
    await scene.stage.control.clearFaults();
    await accounts.disconnect(early.id);
    await waitUntil(
      'rest',
      () => accounts.get(early.id),
      ({ detail }) => detail === 'DISCONNECTED.idle',
      WAIT,
    );
    await scene.play(early, {
      strike: async () => {
        await scene.strikeAt(early, { name: 'expired' });
        await accounts.connect(early.id);
      },
      reason: null,
      ends: 'QR_READY',
      withinMs: HEAL_MS,
      never: ['FAILED'],
    });
    await scene.stage.control.clearFaults();
    await scene.stage.scan(early.id, early.number);
    await accounts.untilConnected(early.id, WAIT);
  });

  scenario('the QR codes run out', async () => {
    const nina = await newcomer('nina');
    const { accounts } = scene.stage.client;
    await scene.play(nina, {
      strike: async () => {
        await accounts.connect(nina.id);
        await accounts.untilStatus(nina.id, 'QR_READY', WAIT);
        for (let attempt = 1; attempt <= 6; attempt++) {
          if (attempt > 1) await seesCode(nina, attempt);
          const page = (await scene.stage.control.pages()).find(({ qr }) => qr !== null);
          await scene.stage.control.rotateQr(page!.id, { idle: true });
        }
      },
      reason: 'qr_not_scanned',
      ends: 'DISCONNECTED.idle',
      withinMs: HEAL_MS,
      sessions: 1,
    });
    expect(await accounts.get(nina.id)).toMatchObject({ desired: 'DISCONNECTED' });
  });

  scenario('nobody scans for five minutes', async () => {
    const nobody = await newcomer('nobody');
    const { steps } = await scene.play(nobody, {
      strike: () => scene.stage.client.accounts.connect(nobody.id),
      reason: 'qr_not_scanned',
      ends: 'DISCONNECTED.idle',
      withinMs: HEAL_MS,
      sessions: 1,
    });
    expect(steps.map(({ event }) => event)).toContain('deadline.scan');
  });

  scenario('the pairing starts, then stalls', async () => {
    const paul = await newcomer('paul');
    const { accounts } = scene.stage.client;
    await scene.stage.control.setFault({ name: 'pairing_stalls', times: 1 });
    await scene.play(paul, {
      strike: async () => {
        await accounts.connect(paul.id);
        await scene.stage.scan(paul.id, paul.number);
        await accounts.untilStatus(paul.id, 'AUTHENTICATING', WAIT);
      },
      reason: 'never_ready',
      ends: 'QR_READY',
      withinMs: HEAL_MS,
      sessions: 2,
    });
    await scene.stage.scan(paul.id, paul.number);
    await accounts.untilConnected(paul.id, WAIT);
  });
});

let newcomers = 0;
async function newcomer(name: string): Promise<Person> {
  newcomers += 1;
  return { name, id: await scene.stage.create(name), number: `+4917000001${10 + newcomers}` };
}

async function seesCode({ id }: Person, attempt: number): Promise<void> {
  await waitUntil(
    `code ${attempt}`,
    () => scene.stage.client.accounts.qr(id),
    (seen) => seen.attempt === attempt,
    WAIT,
  );
}
