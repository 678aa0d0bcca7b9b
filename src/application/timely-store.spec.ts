import { describe, expect, it } from 'vitest';
import { createLocalEventBus } from '#src/events/local-event-bus';
import { MemoryRouter } from '#test/support/memory-router';
import { MemoryStores } from '#test/support/memory-stores';
import { MessagesService } from './messages.service.js';
import { isStoreAway } from './store-away.js';
import type { DriverCapabilities, MessageOutbox, NewMessage } from './stores.js';
import { StoreSilentError, timely } from './timely-store.js';

const LIMIT_MS = 30;
const CAN: DriverCapabilities = new Map([['simulated', new Set(['send-text'] as const)]]);

/** A database that was frozen: it takes what comes and says nothing until it thaws. */
function frozen(outbox: MessageOutbox): { readonly outbox: MessageOutbox; readonly thaw: () => void } {
  let thaw = (): void => undefined;
  const thawed = new Promise<void>((resolve) => (thaw = resolve));
  return {
    outbox: { ...outbox, accept: async (message: NewMessage) => thawed.then(() => outbox.accept(message)) },
    thaw,
  };
}

describe('a store that says nothing', () => {
  it('is given up in time, as one that is away; what it answers or refuses later does no harm', async () => {
    let refuse = (_: Error): void => undefined;
    const store = { find: () => new Promise<null>((_, reject) => (refuse = reject)) };
    const error = await timely(store, LIMIT_MS)
      .find()
      .catch((said: unknown) => said);
    expect(error).toBeInstanceOf(StoreSilentError);
    expect(isStoreAway(error)).toBe(true);
    refuse(new Error('query read timeout'));
    await (error as StoreSilentError).concluded;
  });

  it('is itself while it answers', async () => {
    class Rows {
      readonly rows = [1, 2];
      async list(limit: number): Promise<readonly number[]> {
        return this.rows.slice(0, limit);
      }
      async fail(): Promise<never> {
        throw new TypeError('a bug');
      }
    }
    const store = timely<Pick<Rows, 'list' | 'fail'>>(new Rows(), LIMIT_MS);
    expect(await store.list(1)).toEqual([1]);
    await expect(store.fail()).rejects.toThrow(TypeError);
  });
});

const NO_LEASES = { turnAway: () => Promise.reject(new Error('no account is leased')) };

describe('a message whose acceptance was given up, and is committed later', () => {
  it('is sent then, and found again under its key', async () => {
    const stores = new MemoryStores();
    const router = new MemoryRouter(stores);
    await stores.accounts.create({ id: 'a', label: 'a', provider: 'simulated', settings: {}, nodeId: 'n' });
    const { outbox, thaw } = frozen(stores.messages);
    const bus = createLocalEventBus(() => undefined);
    const service = new MessagesService(
      stores.accounts as never,
      timely(outbox, LIMIT_MS),
      router,
      bus,
      CAN,
      NO_LEASES,
    );
    const send = () => service.send('a', { to: '+491700000001', text: 'hello' }, 'key');

    await expect(send()).rejects.toThrow('A message that is given again under its Idempotency-Key is sent once.');
    const woken = router.woken.length;
    thaw();
    await expect.poll(() => router.woken.length).toBeGreaterThan(woken);
    const again = await send();
    expect(again).toMatchObject({ ok: true });
    expect([...stores.messageRows.values()]).toEqual([(again as { value: unknown }).value]);
  });
});
