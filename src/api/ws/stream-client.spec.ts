import { afterEach, describe, expect, it } from 'vitest';
import { ANNA, isTold, openStreamStage, saysHello, type StreamStage } from '#test/support/stream-stage';

let stage: StreamStage;
afterEach(() => stage[Symbol.asyncDispose]());

/** Large messages, until the metrics have this line. */
async function talk(until: string): Promise<void> {
  const has = async (): Promise<boolean> => (await stage.http.metrics.print()).includes(`\n${until}\n`);
  for (let told = 0; told < 1_000 && !(await has()); told += 1) {
    stage.happen('message.received', ANNA, 'y'.repeat(50_000));
    await new Promise((resolve) => setTimeout(resolve, 5)); // as fast as a reader reads, and no faster
  }
}

describe('a connection ends', () => {
  it('with 4008 for a client that stops reading, at once and without harm to the others', async () => {
    // It has all the time it wants to read what it had not read before the word, however busy the machine is.
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000, closeMsMax: 60_000 } });
    const [good, lame] = [stage.listen(), stage.listen()];
    await saysHello(good);
    await saysHello(lame);
    lame.socket.pause();
    await talk('muster_stream_closes_total{why="slow_consumer"} 1');
    lame.socket.resume(); // what it had not read yet, then the word
    await expect(lame.closed).resolves.toMatchObject({ code: 4008 });
    await isTold(
      good,
      stage.http.events.events.map(({ id }) => id),
    );
    const last = lame.told().at(-1)!.cursor!;
    const again = stage.listen(`?since=${last}`);
    await isTold(
      again,
      stage.http.events.events.slice(Number(last)).map(({ id }) => id),
    );
  });

  it('by force when a client that stopped reading never reads that either', async () => {
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000, closeMsMax: 50 } });
    const lame = stage.listen();
    await saysHello(lame);
    lame.socket.pause();
    await talk('muster_stream_clients 0');
  });

  it('never for a client that reads slowly what has been', async () => {
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000 } });
    for (let n = 0; n < 300; n += 1) stage.happen('message.received', ANNA, 'y'.repeat(30_000));
    const slow = stage.listen('?since=0');
    slow.socket.on('message', () => {
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 1);
    });
    await isTold(
      slow,
      stage.http.events.events.map(({ id }) => id),
    );
  });

  it.each([
    ['a text', 'hello'],
    ['too much', 'x'.repeat(5_000)],
  ])('when the client sends %s', async (_, text) => {
    stage = await openStreamStage();
    const listener = stage.listen();
    await saysHello(listener);
    listener.socket.send(text);
    expect([1008, 1009]).toContain((await listener.closed).code);
  });

  it('with 4009 when no ping is answered', async () => {
    stage = await openStreamStage({ limits: { heartbeatEveryMs: 20, silentMsMax: 60, closeMsMax: 50 } });
    const listener = stage.listen();
    listener.socket.pong = () => undefined;
    await expect(listener.closed).resolves.toMatchObject({ code: 4009 });
  });

  it('with 4010 when since is older than what is kept', async () => {
    stage = await openStreamStage();
    stage.http.events.forgottenTo = 5;
    await expect(stage.listen('?since=4').closed).resolves.toMatchObject({ code: 4010 });
  });

  it('with 4013 when the log can’t be read', async () => {
    stage = await openStreamStage();
    stage.http.events.failure = new Error('away');
    await expect(stage.listen('?since=4').closed).resolves.toMatchObject({ code: 4013 });
  });

  it('with 1001 when the runtime stops, also for one who does not listen', async () => {
    stage = await openStreamStage();
    const [one, deaf] = [stage.listen(), stage.listen()];
    await saysHello(one);
    await saysHello(deaf);
    deaf.socket.pause();
    const began = performance.now();
    await stage.stream.close();
    expect(performance.now() - began).toBeLessThan(3_000);
    await expect(one.closed).resolves.toMatchObject({ code: 1001 });
    expect((await stage.listen().refused).status).toBe(503);
  });
});
