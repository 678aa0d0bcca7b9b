import { afterEach, describe, expect, it, vi } from 'vitest';
import { streamFrameSchema } from '#libs/contracts/stream';
import { ANNA, BERT, isTold, openStreamStage, saysHello, SECONDS, type StreamStage } from '#test/support/stream-stage';

let stage: StreamStage;
afterEach(() => stage[Symbol.asyncDispose]());

describe('what is told', () => {
  it('begins with a hello that carries the cursor, then comes as it happens, each frame in its shape', async () => {
    stage = await openStreamStage();
    stage.happen('account.created');
    const listener = stage.listen();
    await saysHello(listener);
    expect(listener.frames[0]).toMatchObject({ topic: 'stream', cursor: '1', accountId: null });
    stage.happen('message.accepted');
    await isTold(listener, ['2']);
    for (const frame of listener.frames) streamFrameSchema.parse(frame);
    expect(listener.told()[0]).toMatchObject({
      topic: 'messages',
      event: 'message.accepted',
      cursor: '2',
      accountId: ANNA,
    });
  });

  it('with since begins behind that cursor and goes on, without a gap or a double', async () => {
    stage = await openStreamStage();
    for (let n = 0; n < 30; n += 1) stage.happen('message.changed');
    const listener = stage.listen('?since=20');
    await saysHello(listener);
    for (let n = 0; n < 5; n += 1) stage.happen('message.changed');
    await isTold(
      listener,
      Array.from({ length: 15 }, (_, n) => `${21 + n}`),
    );
    expect(listener.frames[0]).toMatchObject({ cursor: '20' });
  });

  it('is only of the topics and accounts that were asked for', async () => {
    stage = await openStreamStage();
    stage.happen('account.created', BERT);
    const listener = stage.listen(`?topics=messages,supervisor&accounts=${ANNA}&since=0`);
    const all = stage.listen();
    await saysHello(listener);
    await saysHello(all);
    stage.happen('message.accepted', BERT);
    stage.happen('account.updated', ANNA);
    stage.happen('webhook.paused', null);
    stage.happen('message.accepted', ANNA);
    await isTold(listener, ['5']);
    await isTold(all, ['2', '3', '4', '5']);
    const note = { event: 'supervisor.noted', at: 1, what: 'session.restarted', data: { afterMs: 5 } } as const;
    stage.bus.publish({ ...note, accountId: BERT });
    stage.bus.publish({ ...note, accountId: ANNA });
    await isTold(listener, ['5', null]);
    expect(listener.told().at(-1)).toMatchObject({ topic: 'supervisor', event: 'session.restarted', cursor: null });
  });

  it('is how far a login has come, which is in no log, to those who hear of this account', async () => {
    stage = await openStreamStage();
    const listener = stage.listen(`?topics=accounts&accounts=${ANNA}`);
    await saysHello(listener);
    const loading = { event: 'account.loading', at: 1, percent: 40 } as const;
    stage.bus.publish({ ...loading, accountId: BERT });
    stage.bus.publish({ ...loading, accountId: ANNA });
    await isTold(listener, [null]);
    const frame = { topic: 'accounts', event: 'account.loading', id: null, accountId: ANNA, data: { percent: 40 } };
    expect(listener.told()).toMatchObject([frame]);
  });

  it('is a change of the health, to those who asked for it', async () => {
    stage = await openStreamStage();
    // Each look, whenever it comes, finds it otherwise than the one before.
    let looks = 0;
    const check = () => ({ status: (looks += 1) % 2 === 0 ? ('up' as const) : ('down' as const) });
    stage.http.runtime.addReadinessPart({ name: 'disk', check });
    const listener = stage.listen('?topics=health');
    await saysHello(listener);
    await vi.waitFor(() => expect(listener.told().length).toBeGreaterThanOrEqual(2), SECONDS);
    const disks = listener.told().map(({ event, data }) => [event, (data['parts'] as Record<string, string>)['disk']]);
    expect(disks.slice(0, 2).toSorted()).toEqual(['down', 'up'].map((status) => ['health.changed', status]));
  });

  it('has a heartbeat with the cursor up to which all is told, also what was not for this one', async () => {
    stage = await openStreamStage({ limits: { heartbeatEveryMs: 20 } });
    const listener = stage.listen('?topics=webhooks');
    await saysHello(listener);
    stage.happen('message.accepted');
    await vi.waitFor(
      () => expect(listener.frames.at(-1)).toMatchObject({ event: 'stream.heartbeat', cursor: '1' }),
      SECONDS,
    );
  });
});
