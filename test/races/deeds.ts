import { type Arbitrary, array, constant, constantFrom, nat, oneof, record } from 'fast-check';
import type { OperationName } from '#libs/contracts/operations';
import type { Stumble } from './held-store.js';
import type { Request } from './seat.js';

/** What somebody asks of the API about the account, or about all that a list shows. */
export type Ask =
  | { readonly ask: 'connect' | 'disconnect' | 'restart' | 'logout' | 'delete' }
  | { readonly ask: 'show' | 'qr' | 'code' | 'outbox' | 'pause' }
  | { readonly ask: 'create' | 'delete all' | 'connect all' }
  | { readonly ask: 'resume'; readonly waiting: 'send' | 'fail' }
  | { readonly ask: 'patch'; readonly mark: number }
  | { readonly ask: 'send'; readonly text: string; readonly key: string | null; readonly ttlMs?: number };

/** What happens to it from elsewhere. */
export type Happening = {
  readonly happens: 'drop' | 'crash' | 'degrade' | 'recover' | 'log out on the phone' | 'expire the login' | 'upkeep';
};

/** The runtime is killed and another one started. */
export interface Kill {
  readonly kill: 'its statements are lost' | 'its statements arrive';
}
export type Deed = Ask | Happening | Stumble | Kill;

export interface Plan {
  readonly begins: 'new' | 'connected' | 'pausing';
  /** Each does one after the other, and all of them at once. */
  readonly clients: readonly (readonly Deed[])[];
}

/** Short, so that it is over before anything else is due. */
export const QUICK = { launchMs: 5, autoScanMs: 10, readyMs: 10, ackMs: 10, deliveryMs: 5, closeMs: 5, jitter: 0 };
const CLIENTS_MAX = 4;
const DEEDS_MAX = 4;
/** The shortest that the API takes. */
const TTL_MS = 60_000;

const commands: Arbitrary<Deed> = record({ ask: constantFrom('connect', 'disconnect', 'restart', 'logout') });
const others: Arbitrary<Deed> = record({ ask: constantFrom('show', 'qr', 'code') });
const creation: Arbitrary<Deed> = constant({ ask: 'create' });
const all: Arbitrary<Deed> = record({ ask: constantFrom('delete all', 'connect all') });
const deletion: Arbitrary<Deed> = constant({ ask: 'delete' });
const patch: Arbitrary<Deed> = record({ ask: constant('patch' as const), mark: nat(1_000_000) });
const troubles: Arbitrary<Deed> = record({
  happens: constantFrom('drop', 'crash', 'degrade', 'recover', 'log out on the phone', 'expire the login'),
});
const stumbles: Arbitrary<Deed> = record({
  loses: constantFrom('a statement', 'an answer'),
  of: constantFrom(null, null, 'insert into account', 'update account', 'message-accept', 'outbox-resume'),
});
const kill: Arbitrary<Deed> = record({ kill: constantFrom('its statements are lost', 'its statements arrive') });

const send: Arbitrary<Deed> = record({
  ask: constant('send' as const),
  text: constantFrom('hello', 'ahoy'),
  key: constantFrom('key-1', 'key-2', null),
  ttlMs: constantFrom(undefined, undefined, TTL_MS),
});
const outbox: Arbitrary<Deed> = oneof(
  record({ ask: constantFrom('pause' as const, 'pause' as const, 'outbox' as const) }),
  record({ ask: constant('resume' as const), waiting: constantFrom('send', 'fail') }),
  record({ happens: constant('upkeep' as const) }),
);

const together = (deed: Arbitrary<Deed>, begins: Plan['begins'][]): Arbitrary<Plan> =>
  record({
    begins: constantFrom(...begins),
    clients: array(array(deed, { minLength: 1, maxLength: DEEDS_MAX }), { minLength: 2, maxLength: CLIENTS_MAX }),
  });

/** Everything that makes, moves and ends an account. */
export const lifecycle: Arbitrary<Plan> = together(
  oneof(
    { arbitrary: commands, weight: 6 },
    { arbitrary: others, weight: 1 },
    { arbitrary: creation, weight: 2 },
    { arbitrary: all, weight: 2 },
    { arbitrary: deletion, weight: 1 },
    { arbitrary: patch, weight: 1 },
    { arbitrary: troubles, weight: 2 },
    { arbitrary: stumbles, weight: 1 },
  ),
  ['new', 'connected'],
);

/** Messages, and all that may come in their way. */
export const sending: Arbitrary<Plan> = together(
  oneof(
    { arbitrary: send, weight: 8 },
    { arbitrary: outbox, weight: 3 },
    { arbitrary: commands, weight: 2 },
    { arbitrary: deletion, weight: 1 },
    { arbitrary: troubles, weight: 2 },
    { arbitrary: stumbles, weight: 1 },
  ),
  ['connected', 'pausing', 'new'],
);

/** All of it, with runtimes that die in the middle. */
export const deaths: Arbitrary<Plan> = together(
  oneof(
    { arbitrary: send, weight: 4 },
    { arbitrary: commands, weight: 4 },
    { arbitrary: outbox, weight: 1 },
    { arbitrary: others, weight: 1 },
    { arbitrary: deletion, weight: 1 },
    { arbitrary: patch, weight: 1 },
    { arbitrary: troubles, weight: 1 },
    { arbitrary: kill, weight: 3 },
  ),
  ['connected', 'new'],
);

/** Parts of the above, where less is enough to show something. */
export const changes = together(oneof(patch, commands), ['new']);
export const pauses = together(oneof({ arbitrary: send, weight: 3 }, { arbitrary: outbox, weight: 1 }), ['connected']);
export const resumes = together(oneof(send, outbox, stumbles), ['pausing']);

const ACCOUNTS = '/api/v1/accounts';

export interface Call extends Request {
  readonly operation: OperationName;
}

export type AboutOne = Exclude<Ask, { readonly ask: 'create' | 'delete all' | 'connect all' }>;

/** The call by which somebody asks it of one account. */
export function callOf(ask: AboutOne, accountId: string): Call {
  const account = `${ACCOUNTS}/${accountId}`;
  switch (ask.ask) {
    case 'connect':
    case 'disconnect':
    case 'restart':
    case 'logout':
      return { operation: `${ask.ask}Account`, method: 'POST', url: `${account}/${ask.ask}` };
    case 'delete':
      return { operation: 'deleteAccount', method: 'DELETE', url: account };
    case 'show':
      return { operation: 'showAccount', method: 'GET', url: account };
    case 'qr':
      return { operation: 'showQr', method: 'GET', url: `${account}/qr` };
    case 'code':
      return {
        operation: 'requestPairingCode',
        method: 'POST',
        url: `${account}/pairing-code`,
        body: { phone: '+380441112233' },
      };
    case 'outbox':
      return { operation: 'showOutbox', method: 'GET', url: `${account}/outbox` };
    case 'pause':
      return { operation: 'pauseOutbox', method: 'POST', url: `${account}/outbox/pause` };
    case 'resume':
      return {
        operation: 'resumeOutbox',
        method: 'POST',
        url: `${account}/outbox/resume`,
        body: { waiting: ask.waiting },
      };
    case 'patch':
      return { operation: 'patchAccount', method: 'PATCH', url: account, body: { settings: settingsWith(ask.mark) } };
    case 'send':
      return {
        operation: 'sendMessage',
        method: 'POST',
        url: `${account}/messages`,
        body: { to: BOB, text: ask.text, ...(ask.ttlMs === undefined ? {} : { ttlMs: ask.ttlMs }) },
        headers: ask.key === null ? {} : { 'idempotency-key': ask.key },
      };
  }
}

const BOB = '+380441234567';
const settingsWith = (mark: number): object => ({ ...QUICK, mark });

/** Accounts of a race have its name as their label. */
export const createCall = (label: string): Call => ({
  operation: 'createAccount',
  method: 'POST',
  url: ACCOUNTS,
  body: { label, provider: 'simulated', settings: QUICK },
});

export const listCall = (label: string): Call => ({
  operation: 'listAccounts',
  method: 'GET',
  url: `${ACCOUNTS}?label=${label}`,
});

/** As it is told in a story. */
export function wordsOf(deed: Deed): string {
  if ('kill' in deed) return `kill the runtime, ${deed.kill}`;
  if ('loses' in deed) return `the store loses ${deed.loses}${deed.of === null ? '' : ` of ${deed.of}`}`;
  if ('happens' in deed) return deed.happens;
  const { ask, ...more } = deed;
  const given = Object.values(more).filter((value) => value !== undefined && value !== null);
  return [ask, ...given].join(' ');
}
