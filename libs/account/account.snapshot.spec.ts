import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { transition } from 'xstate';
import { accountMachine } from './account.machine.js';
import { describeAccount, planRestore, revive, SNAPSHOT_VERSION, stateOf, store } from './account.snapshot.js';

const NOW = 1_800_000_000_000;
const recorded = new URL('./snapshots/', import.meta.url);

describe('a stored account', () => {
  it('comes back as it was', () => {
    const [connecting] = transition(accountMachine, revive(null, NOW).snapshot, { type: 'account.connect', at: NOW });
    const back = revive(JSON.parse(JSON.stringify(store(connecting))), NOW + 1);
    expect(back.ok).toBe(true);
    expect(describeAccount(back.snapshot)).toEqual(describeAccount(connecting));
    expect(back.snapshot.context).toEqual(connecting.context);
  });

  it.each([
    ['nothing but text', 'CONNECTED'],
    ['no version', { value: { DISCONNECTED: 'idle' }, context: {} }],
    ['a newer version', { ...store(revive(null, NOW).snapshot), version: SNAPSHOT_VERSION + 1 }],
    ['a state that never was', { ...store(revive(null, NOW).snapshot), value: { CONNECTED: 'flying' } }],
    ['a state of an old name', { ...store(revive(null, NOW).snapshot), value: { constructor: 'name' } }],
    ['half a context', { ...store(revive(null, NOW).snapshot), context: { desired: 'CONNECTED' } }],
    [
      'a time that is none',
      { ...store(revive(null, NOW).snapshot), context: { ...revive(null, NOW).snapshot.context, since: 'now' } },
    ],
  ])('with %s comes to rest and says why', (_, raw) => {
    const back = revive(raw, NOW);
    expect(back.ok).toBe(false);
    expect(describeAccount(back.snapshot)).toMatchObject({
      status: 'DISCONNECTED',
      reason: { code: 'snapshot_unreadable', at: NOW },
    });
  });

  it('of every version ever recorded still loads', () => {
    const files = readdirSync(recorded).filter((name) => name.endsWith('.json'));
    const versions = new Set<number>();
    for (const file of files) {
      const text = readFileSync(new URL(file, recorded), 'utf8');
      const raw = JSON.parse(text) as { expect: string; stored: { version: number } };
      versions.add(raw.stored.version);
      const back = revive(raw.stored, NOW);
      expect(back, file).toMatchObject({ ok: true });
      expect(stateOf(back.snapshot), file).toBe(raw.expect);
    }
    expect([...versions].sort()).toEqual(Array.from({ length: SNAPSHOT_VERSION }, (_, i) => i + 1));
  });
});

describe('an account stored before devices were remembered', () => {
  const stored = (value: unknown, login: string) => {
    const { device, ...context } = { ...revive(null, NOW).snapshot.context, login };
    expect(device).toBe('none');
    return revive({ version: 2, value, context }, NOW).snapshot.context.device;
  };

  it.each([
    ['at rest with its login', { DISCONNECTED: 'idle' }, 'saved', 'linked'],
    ['in its first pairing', { AUTHENTICATING: 'syncing' }, 'none', 'linked'],
    ['without a login', { DISCONNECTED: 'idle' }, 'none', 'none'],
    ['logged out, heard or not', { DISCONNECTED: 'idle' }, 'discarding', 'none'],
    ['showing a code', 'QR_READY', 'none', 'none'],
  ])('%s claims no more than it knows', (_, value, login, device) => {
    expect(stored(value, login)).toBe(device);
  });
});

describe('at the runtime’s start', () => {
  const wanted = { ...revive(null, NOW).snapshot.context, desired: 'CONNECTED', login: 'saved' } as const;
  const stored = (value: unknown, context: object = wanted) =>
    revive({ version: SNAPSHOT_VERSION, value, context }, NOW).snapshot;

  it.each([
    ['CONNECTED is restored', { CONNECTED: 'online' }, wanted, 'restore'],
    ['CONNECTING is restored', { CONNECTING: 'backingOff' }, wanted, 'restore'],
    ['FAILED stays', { FAILED: 'idle' }, wanted, 'settle'],
    ['a first pairing is not', 'QR_READY', { ...wanted, login: 'none' }, 'settle'],
    ['what nobody wants is not', { DISCONNECTED: 'idle' }, { ...wanted, desired: 'DISCONNECTED' }, 'settle'],
  ] as const)('%s', (_, value, context, plan) => {
    expect(planRestore(stored(value, context), true)).toBe(plan);
    expect(planRestore(stored(value, context), false)).toBe('settle');
  });

  it('a restore re-enters by CONNECTING and never claims a connection', () => {
    const [restored] = transition(accountMachine, stored({ CONNECTED: 'online' }), {
      type: 'account.restore',
      at: NOW,
    });
    expect(stateOf(restored)).toBe('CONNECTING.queued');
    expect(restored.context.launchedBy).toBe('supervisor');
  });

  it('a back-off goes on where it was: dying often does not shorten it', () => {
    const deadline = { name: 'backoff', at: NOW + 40_000 } as const;
    const [restored] = transition(accountMachine, stored({ CONNECTING: 'backingOff' }, { ...wanted, deadline }), {
      type: 'account.restore',
      at: NOW,
    });
    expect([stateOf(restored), restored.context.deadline]).toEqual(['CONNECTING.backingOff', deadline]);
  });
});
