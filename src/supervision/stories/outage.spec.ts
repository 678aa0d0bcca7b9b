import { array, assert, asyncProperty, constantFrom, integer, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTHENTICATION_DEADLINE_MS, BACKOFF_MS_MAX } from '#libs/contracts/limits/sessions';
import { REASON_CODES, REASONS } from '#libs/contracts/reasons';
import { LAUNCH_WAITS } from '#libs/contracts/session';
import { NO_FAULTS } from '#libs/drivers/simulated/faults';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const OUTAGES = REASON_CODES.filter((code) => REASONS[code].class === 'outage');
/** After the network is back: the longest back-off, and a launch. */
const BACK_WITHIN_MS = BACKOFF_MS_MAX + 10_000;
const PAUSE_MS_MAX = 200_000;

type Happening = (stage: NodeStage) => void | Promise<void>;

/** Everything by which an account may be kept from its provider. */
const HAPPENINGS: Readonly<Record<string, Happening>> = {
  'the network goes away': ({ provider }) => provider.setReachable(false),
  'the network comes back': ({ provider }) => provider.setReachable(true),
  'the socket is lost': ({ provider }) => void provider.degrade(alice),
  'the provider does not answer': ({ provider }) => void provider.degrade(alice, 'provider_timeout'),
  'the socket is back': ({ provider }) => void provider.recover(alice),
  'closing takes for ever': ({ provider }) => provider.setFaults(alice, { hangOnClose: true }),
  'closing takes its time': ({ provider }) => provider.setFaults(alice, { hangOnClose: false }),
  'a start says nothing': ({ provider }) => provider.setFaults(alice, { silentStart: true }),
  'a start speaks': ({ provider }) => provider.setFaults(alice, { silentStart: false, waitsOn: null }),
  'the runtime dies': async (stage) => {
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.restore(true);
  },
  ...Object.fromEntries(
    LAUNCH_WAITS.map((waitsOn): [string, Happening] => [
      `a start waits for the ${waitsOn}`,
      ({ provider }) => provider.setFaults(alice, { waitsOn }),
    ]),
  ),
  ...Object.fromEntries(
    OUTAGES.flatMap((code): [string, Happening][] => [
      [`the session is gone: ${code}`, ({ provider }) => void provider.drop(alice, code)],
      [`the session breaks: ${code}`, ({ provider }) => void provider.breakDown(alice, code, 1_000)],
      [`the session breaks and stays: ${code}`, ({ provider }) => void provider.breakDown(alice, code, null)],
    ]),
  ),
};

const aNight = array(tuple(constantFrom(...Object.keys(HAPPENINGS)), integer({ min: 0, max: PAUSE_MS_MAX })), {
  minLength: 10,
  maxLength: 60,
});

describe('a network that is away', () => {
  it('never ends in FAILED, and all is well soon after it is back, whatever has happened meanwhile', async () => {
    await assert(
      asyncProperty(aNight, async (night) => {
        const stage = new NodeStage();
        await stage.connected(alice);
        for (const [happening, thenMs] of night) {
          await HAPPENINGS[happening]!(stage);
          await stage.clock.advance(thenMs);
          expect(stage.recorder.states.get(alice)?.status, happening).not.toBe('FAILED');
        }
        stage.provider.setFaults(alice, NO_FAULTS);
        stage.provider.setReachable(true);
        stage.provider.drop(alice, 'page_unreachable'); // whatever still hangs
        await stage.clock.advance(BACK_WITHIN_MS);
        expect(stage.state(alice)).toBe('CONNECTED.online');
      }),
      { numRuns: 100 },
    );
  });

  it('ends a login that could not synchronise as an outage, though it lasts longer than any login may', async () => {
    const stage = new NodeStage();
    await stage.connected(alice, { readyMs: 500 });
    await stage.command(alice, 'restart');
    await stage.clock.advance(200); // logged in, not yet ready
    expect(stage.state(alice)).toBe('AUTHENTICATING.syncing');
    stage.provider.setReachable(false);
    await stage.clock.advance(AUTHENTICATION_DEADLINE_MS + 500);
    expect(stage.recorder.states.get(alice)).toMatchObject({
      detail: 'CONNECTING.backingOff',
      reason: { code: 'network_unreachable' },
    });
    expect(stage.recorder.entries.at(-1)!.snapshot).toMatchObject({ context: { crashes: { crashedAt: [] } } });
  });
});
