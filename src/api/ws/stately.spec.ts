import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountDefinition } from '#libs/account/account.definition';
import { revive } from '#libs/account/account.snapshot';
import type { InspectionEvent } from '#libs/contracts/inspection';
import { ANNA, openStreamStage, SECONDS, type StreamStage } from '#test/support/stream-stage';
import { statelyEventsOf } from './stately-events.js';

const { snapshot } = revive(null, 0);
const STANDING: InspectionEvent = {
  ...{ event: 'inspection.standing', accountId: ANNA, at: '2026-01-01T00:00:00.000Z' },
  data: { state: 'CONNECTING.queued', context: {}, waiting: 0 },
};
const STEP: InspectionEvent = {
  ...{ event: 'inspection.step', accountId: ANNA, at: '2026-01-01T00:00:01.000Z' },
  data: {
    event: { type: 'launch.granted', at: '2026-01-01T00:00:01.000Z' },
    ...{ from: 'CONNECTING.queued', to: 'QR_READY', changed: true, orders: [], seq: 2, incarnation: 1, context: {} },
    ...{ commitMs: 3, waiting: 0 },
  },
};
const say = (told: InspectionEvent): readonly StatelyInspectionEvent[] => statelyEventsOf(told, accountDefinition());

describe('what Stately’s inspector is told', () => {
  it('is the actor with its machine first', () => {
    const [actor] = say(STANDING);
    expect(actor).toMatchObject({
      ...{ type: '@xstate.actor', sessionId: ANNA, rootId: ANNA, createdAt: String(Date.UTC(2026, 0, 1)) },
      snapshot: { status: 'active', value: { CONNECTING: 'queued' } },
    });
  });

  it('is each event, and what it led to', () => {
    expect(say(STEP)).toMatchObject([
      { type: '@xstate.event', event: { type: 'launch.granted' } },
      { type: '@xstate.snapshot', event: { type: 'launch.granted' }, snapshot: { value: 'QR_READY' } },
    ]);
  });
});

describe('the stream in Stately’s words', () => {
  let stage: StreamStage;
  afterEach(() => stage[Symbol.asyncDispose]());
  const query = `?topics=inspection&format=stately&accounts=${ANNA}`;

  it('is read by its own receiver: nothing but its messages', async () => {
    stage = await openStreamStage({ statelyDefinition: accountDefinition(), limits: { heartbeatEveryMs: 20 } });
    const told: StatelyInspectionEvent[] = [];
    createWebSocketReceiver({ server: `${stage.url}${query}` }).subscribe((event) => told.push(event));
    await vi.waitFor(() => expect(stage.inspections.of(ANNA)).not.toBeNull(), SECONDS);
    const event = { type: 'account.connect', at: 1_000 } as const;
    await vi.waitFor(() => {
      const inspection = stage.inspections.of(ANNA)!;
      inspection.stands(snapshot, 0);
      inspection.mail({ kind: 'granted' }, 1);
      inspection.stepped({ event, before: snapshot, after: snapshot, changed: false, orders: [], seq: null }, 0, 0);
      expect(told.length).toBeGreaterThanOrEqual(3);
    }, SECONDS);
    expect(new Set(told.map(({ type }) => type))).toEqual(
      new Set(['@xstate.actor', '@xstate.event', '@xstate.snapshot']),
    );
    expect(told.every(({ sessionId }) => sessionId === ANNA)).toBe(true);
  });

  it('is off until an operator switches it on', async () => {
    stage = await openStreamStage();
    const { status, body } = await stage.listen(query).refused;
    expect(status).toBe(400);
    expect(body).toContain('STATELY_INSPECTOR=true');
  });

  it('has no words for anything else', async () => {
    stage = await openStreamStage({ statelyDefinition: accountDefinition() });
    for (const other of ['?format=stately', `?topics=inspection,accounts&format=stately&accounts=${ANNA}`])
      expect((await stage.listen(other).refused).status).toBe(400);
  });
});
