import { beforeEach, describe, expect, it } from 'vitest';
import { INSPECTION_DATA, type InspectionEvent } from '#libs/contracts/inspection';
import { NodeStage } from '#test/support/node-stage';

const [alice, bob] = ['alice', 'bob'];
let stage: NodeStage;
let told: InspectionEvent[];
const watch = (accountId: string): (() => void) => stage.accounts.inspect(accountId, (event) => told.push(event));
const namesOf = (name: InspectionEvent['event']): string[] =>
  told.flatMap((event) => {
    if (event.event !== name) return [];
    return 'name' in event.data ? event.data.name : 'event' in event.data ? event.data.event.type : event.data.state;
  });
const step = (type: string) =>
  told
    .flatMap((event) => (event.event === 'inspection.step' && event.data.event.type === type ? [event.data] : []))
    .at(-1);

beforeEach(() => {
  stage = new NodeStage();
  told = [];
});

describe('an account that is watched', () => {
  it('tells how it stands, then each mail that comes in, and each event with what it did', async () => {
    stage.adopt(alice);
    watch(alice);
    expect(told).toMatchObject([
      { event: 'inspection.standing', accountId: alice, data: { state: 'DISCONNECTED.idle', waiting: 0 } },
    ]);
    await stage.command(alice, 'connect');
    await stage.clock.advance(2_000);
    expect(namesOf('inspection.mail').slice(0, 3)).toEqual(['account.connect', 'granted', 'driver.qr']);
    expect(namesOf('inspection.step')).toEqual([
      ...['account.connect', 'launch.granted', 'driver.qr', 'driver.scanned', 'driver.ready', 'driver.probed'],
    ]);
    expect(step('account.connect')).toMatchObject({
      ...{ from: 'DISCONNECTED.idle', to: 'CONNECTING.queued', changed: true, orders: ['requestLaunch'], seq: 1 },
      context: { desired: 'CONNECTED' },
    });
    for (const { event, data } of told) expect(INSPECTION_DATA[event].safeParse(data).error).toBeUndefined();
  });

  it('tells also of what changed nothing', async () => {
    await stage.connected(alice);
    watch(alice);
    await stage.command(alice, 'connect');
    expect(step('account.connect')).toMatchObject({
      ...{ from: 'CONNECTED.online', to: 'CONNECTED.online', changed: false, orders: [], seq: null },
    });
  });

  it('tells nothing before it is committed', async () => {
    await stage.connected(alice);
    watch(alice);
    let commit: () => void = () => undefined;
    const record = stage.recorder.record.bind(stage.recorder);
    stage.recorder.record = (entry) =>
      new Promise((resolve, reject) => (commit = () => void record(entry).then(resolve, reject)));
    stage.provider.degrade(alice);
    await stage.clock.advance(100);
    expect(namesOf('inspection.mail')).toEqual(['driver.degraded']);
    expect(namesOf('inspection.step')).toEqual([]);
    commit();
    await stage.clock.settle();
    expect(step('driver.degraded')).toMatchObject({
      to: 'CONNECTED.degraded',
      commitMs: 100,
      seq: expect.any(Number) as number,
    });
  });

  it('never shows a code, a login or a text', async () => {
    stage.adopt(alice, { scan: 'manual' });
    watch(alice);
    await stage.command(alice, 'connect');
    await stage.clock.advance(500);
    const shown = stage.child(alice).qr();
    expect(shown).toMatchObject({ ok: true });
    const { qr } = (shown as { readonly value: { readonly qr: string } }).value;
    expect(JSON.stringify(told)).not.toContain(qr);
    expect(step('driver.qr')?.event).toMatchObject({ attempt: 1 });
  });

  it('goes on being watched when its actor comes back, and no longer than it is asked for', async () => {
    await stage.connected(alice);
    const leave = watch(alice);
    stage.restart();
    leave();
    const again = watch(alice);
    stage.adopt(alice);
    expect(told.at(-1)).toMatchObject({ event: 'inspection.standing', data: { state: 'CONNECTED.online' } });
    again();
    const { length } = told;
    await stage.command(alice, 'disconnect');
    expect(told).toHaveLength(length);
  });
});

describe('while nobody watches', () => {
  it('no event is made, whatever happens; nor of the others while one is watched', async () => {
    await stage.connected(alice);
    await stage.connected(bob);
    await stage.command(alice, 'restart');
    await stage.clock.advance(5_000);
    expect(stage.accounts.inspections.made).toBe(0);
    watch(bob);
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(1_000);
    expect(stage.accounts.inspections.made).toBe(1);
    expect(told.map(({ accountId }) => accountId)).toEqual([bob]);
  });
});
