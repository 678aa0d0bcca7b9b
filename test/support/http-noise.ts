import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '#libs/contracts/operation';
import { OPERATIONS } from '#libs/contracts/operations';
import { problemSchema } from '#libs/contracts/problem';
import { newProvider } from '#libs/drivers/simulated/simulated.harness.contract';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { HttpRuntime } from './http-runtime.js';
import { connectSession } from './live-session.js';

/** Calls of one operation. The whole suite stays within seconds. */
const RUNS = 150;
const PERSON = '+380501112233';
const GROUP = '380501112233-1@g.us';

export interface NoisyWorld {
  readonly http: HttpRuntime;
  /** All that a call could change, as text. */
  fingerprint(): Promise<string>;
}

/** The suite that the HTTP side passes over whatever store: noise is never our fault, and a refusal changes nothing. */
export function testNoise(open: () => Promise<NoisyWorld>): void {
  let world: NoisyWorld;
  let known: { readonly account: string; readonly webhook: string };
  let provider: SimulatedProvider;
  let disconnect: () => Promise<void>;
  beforeAll(async () => {
    world = await open();
  });
  /** Earlier runs may have deleted it. */
  beforeEach(async () => {
    const { app, router } = world.http;
    router.shownQr = { qr: 'payload', attempt: 1, expiresAt: new Date(0).toISOString() };
    const payload = { label: 'known', provider: 'simulated' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/accounts', payload });
    const account = answer.json<{ id: string }>().id;
    const hooked = { url: 'https://1.2.3.4/', accountId: account };
    const hook = await app.inject({ method: 'POST', url: '/api/v1/webhooks', payload: hooked });
    expect(hook.statusCode).toBe(201);
    known = { account, webhook: hook.json<{ id: string }>().id };
    provider = newProvider();
    disconnect = await connectSession(router, provider, known.account);
    const owner = provider.pairedPhone(known.account)!;
    provider.phones.createGroup({ id: GROUP, name: 'known', owner, members: [owner, PERSON] });
    provider.phones.send(known.account, { from: PERSON, chatId: GROUP, text: 'known', providerMessageId: 'k1' });
    provider.phones.send(known.account, { from: PERSON, text: 'known', providerMessageId: 'k2' });
    provider.phones.saveContact(known.account, { phone: PERSON, name: 'known', pushName: null });
  });
  afterEach(async () => {
    await disconnect();
    await provider.close();
  });
  afterAll(() => world.http[Symbol.asyncDispose]());

  describe('whatever is sent', () => {
    const acceptedOf = new Set<string>();
    const operations = Object.entries(OPERATIONS) as [string, Operation][];
    const callWith = async (name: string, { path }: Operation, fuzzed: Fuzzed): Promise<void> => {
      const before = await world.fingerprint();
      const request = toInject(path, fuzzed, path.includes('/webhooks/') ? known.webhook : known.account);
      const answer = await world.http.app.inject(request);
      const told = JSON.stringify({ request, status: answer.statusCode, body: answer.body.slice(0, 300) });
      expect(answer.statusCode, told).toBeLessThan(500);
      if (answer.statusCode < 400) {
        acceptedOf.add(name);
        return;
      }
      expect(await world.fingerprint(), told).toBe(before);
      if (request.method !== 'HEAD') expect(problemSchema.safeParse(answer.json()).success, told).toBe(true);
    };

    it.each(operations)('%s answers below 500, with a problem when it refuses', async (name, operation) => {
      const property = fc.asyncProperty(requestOf(name, operation), (fuzzed) => callWith(name, operation, fuzzed));
      await fc.assert(property, { numRuns: RUNS });
    });

    it('some of it was right, so that the rest was not refused for one reason alone', () => {
      const neverRight = operations
        .map(([name]) => name)
        .filter((name) => !acceptedOf.has(name) && !BY_CHANCE.has(name));
      expect(neverRight).toEqual(NEVER_RIGHT);
    });
  });
}

/** Nobody waits for an account; but an empty id asks for the list of those who do. */
const BY_CHANCE = new Set(['showAllocationRequest', 'leaveAllocationRequests']);

/** No step is numbered by a phone, no message and no file has the account's id, nothing was delivered, nobody has a lease. */
const NEVER_RIGHT = [
  'showTransition',
  'showMessage',
  'showMedia',
  'downloadMedia',
  'redeliver',
  'allocateLease',
  'releaseLease',
  'extendLease',
];

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\0',
    '%00',
    '..',
    '%2e%2e',
    'null',
    '[object Object]',
    '-1',
    '1e309',
    '9'.repeat(40),
    "'; DROP TABLE account; --",
  ),
);
const wellFormed = text.filter((given) => !/[\ud800-\udfff]/u.test(given));
const names = [
  'label',
  'provider',
  'settings',
  'to',
  'text',
  'phone',
  '__proto__',
  'constructor',
  'limit',
  'after',
  'cursor',
  'status',
  'base64',
  'mimeType',
  'filename',
];
const value = fc.oneof(
  { maxDepth: 3 },
  text,
  fc.json({ stringUnit: 'binary' }).map((json) => JSON.parse(json) as unknown),
  fc.double(),
  fc.constantFrom('simulated', 'whatsapp', '+380441234567', 'x@c.us'),
);
const right: Readonly<Record<string, fc.Arbitrary<object>>> = {
  typeInChat: fc.constant({ state: 'recording' }),
  createAccount: fc.record({ label: text, provider: fc.constant('simulated') }),
  patchAccount: fc.record({ label: text, settings: fc.dictionary(text, value) }),
  sendMessage: fc.record({ to: fc.constantFrom('+380441234567', '1@c.us'), text }),
  uploadMedia: fc.record({ base64: fc.constant('aGVsbG8='), mimeType: fc.oneof(fc.constant('image/png'), text) }),
  createWebhook: fc.record({ url: fc.oneof(fc.constant('https://1.2.3.4/'), fc.webUrl()), label: text }),
  patchWebhook: fc.record({ label: text }),
  allocateLease: fc.record({ user_id: text, purpose: fc.constant('invite'), service_name: fc.constant('known') }),
  releaseLease: fc.record({ service_name: text }),
  extendLease: fc.record({ service_name: text }),
  checkRateLimit: fc.record({ action_type: fc.constantFrom('invite', 'contact'), target_channel_id: text }),
  recordRateLimit: fc.record({ action_type: fc.constant('invite'), target_channel_id: text, success: fc.boolean() }),
  handleLeaseError: fc.record({ error_type: text, error_message: text }),
  putLimitRule: fc.record({ user_id: text, limits: fc.constantFrom(null, { time_zone: 'Europe/Kyiv' }) }),
  liftChannelStop: fc.record({ user_id: text, purpose: text, target_channel_id: text }),
  requestPairingCode: fc.record({ phone: fc.constant('+380441234567') }),
};
const wild = fc.oneof(
  fc.dictionary(fc.oneof(fc.constantFrom(...names), text), value).map((object) => JSON.stringify(object)),
  fc.json({ stringUnit: 'binary' }),
  text,
  fc.constantFrom(
    '{"label":"\\u0000","provider":"simulated"}',
    '{"to":"+380441234567","text":"\\udfff"}',
    '{"a":1e999}',
    '\ufeff{}',
    '[[[[',
  ),
);
const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16',
      'application/json;',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      ';;',
      '*/*',
    ),
  },
);
const wildSearch = fc.array(fc.tuple(fc.constantFrom(...names), wellFormed), { maxLength: 3 });
const rightSearch: fc.Arbitrary<[string, string][]> = fc.constant([['phone', PERSON]]);
const search = fc.oneof({ weight: 5, arbitrary: wildSearch }, { weight: 1, arbitrary: rightSearch });
const header = fc.string({ unit: 'grapheme-ascii' });

const requestOf = (name: string, operation: Operation) =>
  fc.record({
    id: fc.oneof(
      { weight: 5, arbitrary: fc.constant('known') },
      { weight: 1, arbitrary: fc.constant('0193a1b2-0000-7000-8000-000000000000') },
      { weight: 1, arbitrary: wellFormed },
    ),
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant<string>(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom('PUT', 'OPTIONS', 'DELETE', 'HEAD', 'PATCH') },
    ),
    body: fc.option(
      fc.oneof(
        wild,
        (right[name] ?? fc.constant({})).map((object) => JSON.stringify(object)),
      ),
    ),
    contentType: fc.option(contentType),
    search: fc.option(search, { freq: 3 }),
    key: fc.option(header, { freq: 3 }),
    accept: fc.option(header, { freq: 3 }),
  });

type Fuzzed = ReturnType<typeof requestOf> extends fc.Arbitrary<infer T> ? T : never;

function toInject(path: string, fuzzed: Fuzzed, known: string): InjectOptions {
  const id = fuzzed.id === 'known' ? known : encodeURIComponent(fuzzed.id);
  const other = encodeURIComponent(fuzzed.id === 'known' ? (path.endsWith('/group') ? GROUP : PERSON) : fuzzed.id);
  const query = fuzzed.search ? `?${fuzzed.search.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')}` : '';
  const headers: Record<string, string> = {};
  if (fuzzed.contentType !== null) headers['content-type'] = fuzzed.contentType;
  if (fuzzed.key !== null) headers['idempotency-key'] = fuzzed.key;
  if (fuzzed.accept !== null) headers['accept'] = fuzzed.accept;
  return {
    method: fuzzed.method,
    url: path.replace('{id}', id).replace(/\{\w+\}/, other) + query,
    headers,
    ...(fuzzed.body === null ? {} : { payload: fuzzed.body }),
  };
}
