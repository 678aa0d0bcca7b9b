import { isDeepStrictEqual } from 'node:util';
import { callOf } from '../deeds.js';
import type { Race } from '../race.js';
import type { Remains } from './remains.js';

/** A pairing and a message take less; what was left on its way is looked up before. */
const OBEYS_MS = 30_000;
const AT_REST = ['DISCONNECTED.idle', 'FAILED.idle', 'CONNECTED.online'];

/** When all is over, everybody says the same of an account: API, committed view, store and provider. */
export async function allAgree(race: Race, account: Remains): Promise<string[]> {
  const { id } = account;
  const faults = account.isDeleted ? await traces(race, account) : await contradictions(race, account);
  return faults.map((fault) => `account ${id} ${fault}`);
}

/** Nothing that lives is left of a deleted account. */
async function traces(race: Race, { id, owner }: Remains): Promise<string[]> {
  const { provider, life } = race;
  const shown = await race.call({ operation: 'showAccount', method: 'GET', url: `/api/v1/accounts/${id}` });
  const left: readonly (readonly [string, boolean])[] = [
    ['is shown', shown?.status !== 404],
    ['has a session', provider.isLive(id)],
    ['has an actor', life.accounts.find(id) !== null],
    ['is in the committed view', life.recorder.states.has(id)],
    ['has an owner', owner !== null],
  ];
  return left.flatMap(([what, is]) => (is ? [`is deleted and ${what}`] : []));
}

async function contradictions(race: Race, { id, owner, settings, steps, detail: stored }: Remains): Promise<string[]> {
  const { provider, life } = race;
  const shown = await race.call({ operation: 'showAccount', method: 'GET', url: `/api/v1/accounts/${id}` });
  if (shown?.status !== 200) return [`is not shown: ${shown?.status}`];
  const { detail, desired, status } = shown.body as { detail: string; desired: string; status: string };
  const faults: string[] = [];
  // One whose making was cut off has no actor before somebody asks for it.
  const isUntouched = stored === null && life.accounts.find(id) === null;
  const view = isUntouched ? 'DISCONNECTED.idle' : life.recorder.states.get(id)?.detail;
  if (detail !== (stored ?? 'DISCONNECTED.idle') || view !== detail)
    faults.push(`is shown as ${detail}, committed as ${view}, stored as ${stored}`);
  if (!AT_REST.includes(detail)) faults.push(`does not come to rest: ${detail}`);
  if (provider.isLive(id) !== (status === 'CONNECTED'))
    faults.push(`is ${detail}, and ${provider.isLive(id) ? 'has a' : 'has no'} session`);
  // What died in its first pairing is wanted as before, and waits for a person.
  const isSettled = steps.at(-1)?.event === 'account.settle';
  if (status === 'DISCONNECTED' && desired !== 'DISCONNECTED' && !isSettled)
    faults.push('rests, and is wanted connected');
  if (owner?.node !== race.world.nodeId) faults.push('is owned by nobody here');
  // Whoever heard that the store was away may ask again.
  const isUnheard = race.told.some(
    ({ ask, accountId, answer }) => ask.ask === 'patch' && accountId === id && answer?.status === 503,
  );
  const known = life.accounts.find(id)?.asStored.settings;
  if (known && !isUnheard && !isDeepStrictEqual(known, settings))
    faults.push('will be opened with older settings than are stored');
  return faults;
}

/** Whatever it has been through, a person who connects it gets it connected, and what is sent then arrives. */
export async function stillObeys(race: Race, { id, isPaused, detail }: Remains): Promise<string[]> {
  const { provider, turns } = race;
  if (isPaused || detail === 'CONNECTED.online') return [];
  const answers = [
    race.call(callOf({ ask: 'connect' }, id)),
    race.call(callOf({ ask: 'send', text: 'at last', key: null }, id)),
  ];
  await turns.pass(OBEYS_MS);
  const statuses = (await Promise.all(answers)).map((answer) => answer?.status);
  if (statuses.some((status) => status !== 202)) return [`account ${id} obeys no more: ${statuses.join()}`];
  const isThere = provider.messages.all().some(({ accountId, text }) => accountId === id && text === 'at last');
  const view = race.life.recorder.states.get(id)?.detail;
  if (view === 'CONNECTED.online' && isThere) return [];
  return [`account ${id} is ${view} after a connect, and what was sent is ${isThere ? '' : 'not '}there`];
}
