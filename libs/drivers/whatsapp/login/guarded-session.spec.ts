import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DriverFact, SessionOpening } from '#libs/contracts/session';
import { GuardedSession } from './guarded-session.js';
import { keepLogin } from './login-copy.js';
import { type Profile, profileOf } from './profile.js';

const qr: DriverFact = { type: 'driver.qr', qr: 'a code', attempt: 1, lifetimeMs: 60_000 };
const ready: DriverFact = { type: 'driver.ready', phone: '+491700000001' };
const closed: DriverFact = { type: 'driver.closed' };
const ends = (reason: 'profile_damaged' | 'session_expired' | 'browser_gone'): readonly DriverFact[] => [
  { type: 'driver.broken', reason },
  { type: 'driver.dropped', reason },
];

let folder: string;
let profile: Profile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guarded-session-'));
  profile = profileOf(folder, 'a');
  said = [];
  write('as it is');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(content: string): void {
  mkdirSync(profile.path, { recursive: true });
  writeFileSync(join(profile.path, content), '');
}

async function copied(): Promise<void> {
  rmSync(profile.path, { recursive: true });
  write('the copy');
  await keepLogin(profile, new AbortController().signal);
  rmSync(profile.path, { recursive: true });
  write('as it is');
}

const nothing = (): void => {};
let said: string[];
const note = (_data: object, text: string): void => void said.push(text);
const log = { debug: nothing, info: note, warn: nothing, error: nothing };

/** Sessions that close when asked, and say what the test lets them say; what each found as its profile. */
function open(login: SessionOpening['login'], how: { leavesProperly: boolean } = { leavesProperly: true }) {
  const attempts: { say: (...facts: readonly DriverFact[]) => void; found: readonly string[] }[] = [];
  const told: DriverFact[] = [];
  const heard = new Set<() => void>();
  const session = new GuardedSession(
    {
      profile,
      log,
      opening: { accountId: 'a', incarnation: 1, epoch: 1, login, settings: {} },
      attempt: (report) => {
        attempts.push({
          say: (...facts) => facts.forEach(report),
          found: existsSync(profile.path) ? readdirSync(profile.path) : [],
        });
        let over = false;
        const end = async (): Promise<void> => {
          if (!over) report(closed);
          over = true;
        };
        return {
          session: {
            ask: async (name) => (name === 'close' && void end(), { ok: false, why: 'gone', detail: '' }),
            kill: end,
          },
          leftProperly: () => how.leavesProperly,
        };
      },
    },
    (fact) => {
      told.push(fact);
      for (const look of heard) look();
    },
  );
  return { session, attempts, told };
}

describe('a session with a saved login', () => {
  it('is tried once more with the last good copy when it shows a code', async () => {
    await copied();
    const { attempts, told } = open('saved');
    attempts[0]!.say(qr);
    await expect.poll(() => attempts.length).toBe(2);
    expect(attempts.map(({ found }) => found)).toEqual([['as it is'], ['the copy']]);
    attempts[1]!.say(ready);
    expect(told).toEqual([ready]);
    expect(readdirSync(profile.trash)).toHaveLength(1);
  });

  it('shows the code that the copy leads to: there is no third try', async () => {
    await copied();
    const { attempts, told } = open('saved');
    attempts[0]!.say(qr);
    await expect.poll(() => attempts.length).toBe(2);
    attempts[1]!.say(qr);
    expect(told).toEqual([qr]);
  });

  it('is tried once more when its profile does not open; then that is the answer', async () => {
    await copied();
    const { attempts, told } = open('saved');
    attempts[0]!.say(...ends('profile_damaged'));
    await expect.poll(() => attempts.length).toBe(2);
    attempts[1]!.say(...ends('profile_damaged'));
    expect(told).toEqual(ends('profile_damaged'));
  });

  it('is not tried again without a copy, nor when the provider refused it, nor when it came up before', async () => {
    const bare = open('saved');
    bare.attempts[0]!.say(qr);
    expect(bare.told).toEqual([qr]);
    await copied();
    for (const facts of [ends('session_expired'), ends('browser_gone')]) {
      const { attempts, told } = open('saved');
      attempts[0]!.say(...facts);
      expect(told).toEqual(facts);
    }
  });

  it('is not called damaged when only the copy could not be put in its place', async () => {
    await copied();
    writeFileSync(profile.trash, 'in the way of a folder');
    const { attempts, told } = open('saved');
    attempts[0]!.say(qr);
    await expect.poll(() => told).toMatchObject([{ type: 'driver.dropped', reason: 'driver_error' }]);
    expect([readdirSync(profile.path), existsSync(profile.copies)]).toEqual([['as it is'], true]);
  });

  it.each(['close', 'kill', 'logout'] as const)('ends by %s instead: the copy stays where it is', async (how) => {
    await copied();
    const { session, attempts, told } = open('saved');
    attempts[0]!.say(qr);
    if (how === 'kill') await session.kill();
    else await session.ask(how, {});
    await expect.poll(() => told).toEqual([closed]);
    expect(attempts).toHaveLength(1);
    expect([readdirSync(profile.path), existsSync(profile.copies)]).toEqual([['as it is'], true]);
  });

  it('is tried once more as it is when the copy has gone meanwhile, and says so', async () => {
    await copied();
    const { attempts } = open('saved');
    attempts[0]!.say(...ends('profile_damaged'));
    rmSync(profile.copies, { recursive: true });
    await expect.poll(() => attempts.length).toBe(2);
    expect(attempts[1]!.found).toEqual(['as it is']);
    expect(said).toEqual(['there is no copy any more; the profile is tried again as it is']);
  });
});

describe('a session without a login', () => {
  it('gets an empty profile when the old one does not open', async () => {
    const { attempts, told } = open('none');
    attempts[0]!.say(...ends('profile_damaged'));
    await expect.poll(() => attempts.length).toBe(2);
    expect(attempts[1]!.found).toEqual([]);
    attempts[1]!.say(qr);
    expect(told).toEqual([qr]);
    expect(readdirSync(profile.trash)).toHaveLength(1);
  });

  it('puts the copy of an older login out of reach before a new one is paired', async () => {
    await copied();
    const { attempts, told } = open('none');
    attempts[0]!.say(qr);
    expect(told).toEqual([qr]);
    await expect.poll(() => existsSync(profile.copies)).toBe(false);
    expect(readdirSync(profile.trash)).toEqual([expect.stringMatching(/^session-a-.*-copy$/)]);
  });
});

describe('the login of a session', () => {
  it('is copied when it was connected and has closed properly', async () => {
    const { session, attempts, told } = open('saved');
    attempts[0]!.say(ready);
    await session.ask('close', {});
    await expect.poll(() => told).toEqual([ready, closed]);
    expect(readdirSync(profile.copies)).toEqual(['00000001']);
  });

  it.each([
    ['was killed', true, async (one: GuardedSession) => one.kill()],
    [
      'was logged out',
      true,
      async (one: GuardedSession) => void (await one.ask('logout', {}), await one.ask('close', {})),
    ],
    ['had to be ended by force', false, async (one: GuardedSession) => void (await one.ask('close', {}))],
  ])('is not copied when it %s', async (_how, leavesProperly, end) => {
    const { session, attempts, told } = open('saved', { leavesProperly });
    attempts[0]!.say(ready);
    await end(session);
    await expect.poll(() => told).toEqual([ready, closed]);
    expect(existsSync(profile.copies)).toBe(false);
  });
});
