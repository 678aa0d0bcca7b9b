import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readInspection } from '#libs/contracts/inspection';
import { newAccountContext } from '#libs/account/account.context';
import { revive } from '#libs/account/account.snapshot';
import { INSPECTED_ACCOUNTS_MAX } from '#libs/contracts/limits/news';
import { ANNA, BERT, openStreamStage, saysHello, SECONDS, type StreamStage } from '#test/support/stream-stage';

let stage: StreamStage;
beforeEach(async () => (stage = await openStreamStage({ limits: { inspectingMax: 2 } })));
afterEach(() => stage[Symbol.asyncDispose]());

const { snapshot } = revive(null, 0);
/** As an account does: only when somebody watches. */
const stand = (accountId: string): void => stage.inspections.of(accountId)?.stands(snapshot, 3);
const isWatched = (accountId: string): boolean => stage.inspections.of(accountId) !== null;
const query = (...accounts: readonly string[]) => `?topics=inspection&accounts=${accounts.join()}`;

describe('the topic inspection', () => {
  it('is told of the accounts that are named, live only', async () => {
    const listener = stage.listen(query(ANNA));
    await saysHello(listener);
    stand(BERT);
    stand(ANNA);
    await vi.waitFor(() => expect(listener.told()).toHaveLength(1), SECONDS);
    const [frame] = listener.told();
    expect(frame).toMatchObject({ topic: 'inspection', accountId: ANNA, id: null, cursor: null });
    expect(readInspection(frame!)).toMatchObject({
      event: 'inspection.standing',
      data: { state: 'DISCONNECTED.idle', waiting: 3, context: { ...newAccountContext(0) } },
    });
    expect(stage.inspections.made).toBe(1);
  });

  it('is over with the connection: nothing more is made then', async () => {
    const listener = stage.listen(query(ANNA, BERT));
    await saysHello(listener);
    expect([ANNA, BERT].map(isWatched)).toEqual([true, true]);
    listener.socket.close();
    await vi.waitFor(() => expect([ANNA, BERT].map(isWatched)).toEqual([false, false]), SECONDS);
    stand(ANNA);
    expect(stage.inspections.made).toBe(0);
  });

  it('is not among all topics: whoever names none watches nobody', async () => {
    await saysHello(stage.listen(`?accounts=${ANNA}`));
    expect(isWatched(ANNA)).toBe(false);
  });

  it.each([
    ['without an account', '?topics=inspection'],
    [
      'with too many',
      query(...Array.from({ length: INSPECTED_ACCOUNTS_MAX + 1 }, (_, n) => ANNA.slice(0, -2) + (10 + n))),
    ],
  ])('is refused %s', async (_, asked) => {
    const { status, body } = await stage.listen(asked).refused;
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'invalid_request', errors: [{ path: 'query.accounts' }] });
  });

  it('is for a few at a time; others listen to the rest meanwhile', async () => {
    for (const id of [ANNA, BERT]) await saysHello(stage.listen(query(id)));
    expect((await stage.listen(query(ANNA)).refused).status).toBe(503);
    await saysHello(stage.listen('?topics=accounts'));
  });
});
