import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX } from '#libs/contracts/limits/calls';
import { problemSchema } from '#libs/contracts/problem';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
const start = async (apiKeys: readonly string[] = []) => (http = await startHttpRuntime({ apiKeys }));
afterEach(() => http[Symbol.asyncDispose]());

const problemOf = async (options: InjectOptions) => {
  const answer = await http.app.inject(options);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.parse(answer.json());
  expect(problem.status).toBe(answer.statusCode);
  return { ...problem, headers: answer.headers };
};
const nobody = '0193a1b2-0000-7000-8000-000000000000';
const json = { 'content-type': 'application/json' };

describe('malformed requests', () => {
  it.each<[string, InjectOptions, number, string]>([
    ['an unknown address', { url: '/api/v1/nothing' }, 404, 'not_found'],
    ['an address that can’t be decoded', { url: '/api/v1/accounts/%zz' }, 400, 'invalid_request'],
    ['a very long id', { url: `/api/v1/accounts/${'a'.repeat(300)}` }, 414, 'uri_too_long'],
    ['a malformed id', { url: '/api/v1/accounts/nobody' }, 400, 'invalid_request'],
    ['NUL in an id', { url: '/api/v1/accounts/%00' }, 400, 'invalid_request'],
    ['a method that isn’t there', { method: 'PUT', url: '/api/v1/accounts' }, 405, 'method_not_allowed'],
    ['DELETE of all accounts', { method: 'DELETE', url: '/api/v1/accounts' }, 405, 'method_not_allowed'],
    [
      'JSON that isn’t',
      { method: 'POST', url: '/api/v1/accounts', payload: '{"label":', headers: json },
      400,
      'invalid_json',
    ],
    [
      'a poisoned prototype',
      { method: 'POST', url: '/api/v1/accounts', payload: '{"__proto__":{}}', headers: json },
      400,
      'invalid_json',
    ],
    ['no body', { method: 'POST', url: '/api/v1/accounts' }, 400, 'invalid_request'],
    ['null', { method: 'POST', url: '/api/v1/accounts', payload: 'null', headers: json }, 400, 'invalid_request'],
    [
      'a form',
      {
        method: 'POST',
        url: '/api/v1/accounts',
        payload: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'unsupported_media_type',
    ],
    [
      'plain text',
      { method: 'POST', url: '/api/v1/accounts', payload: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a huge body',
      { method: 'POST', url: '/api/v1/accounts', payload: `"${'x'.repeat(BODY_BYTES_MAX)}"`, headers: json },
      413,
      'payload_too_large',
    ],
    [
      'a megabyte of brackets',
      {
        method: 'POST',
        url: '/api/v1/accounts',
        payload: `{"label":"x","provider":"simulated","settings":{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`,
        headers: json,
      },
      400,
      'invalid_request',
    ],
    [
      'NUL in a label',
      { method: 'POST', url: '/api/v1/accounts', payload: { label: 'a\0b', provider: 'simulated' } },
      400,
      'invalid_request',
    ],
    [
      'half a surrogate pair deep in settings',
      {
        method: 'POST',
        url: '/api/v1/accounts',
        payload: '{"label":"x","provider":"simulated","settings":{"a":["\\ud800"]}}',
        headers: json,
      },
      400,
      'invalid_request',
    ],
    [
      'NUL as a settings name',
      {
        method: 'POST',
        url: '/api/v1/accounts',
        payload: '{"label":"x","provider":"simulated","settings":{"\\u0000":1}}',
        headers: json,
      },
      400,
      'invalid_request',
    ],
    ['NUL in a search', { url: '/api/v1/accounts?label=%00' }, 400, 'invalid_request'],
    ['a repeated parameter', { url: '/api/v1/accounts?limit=1&limit=2' }, 400, 'invalid_request'],
    ['an unknown parameter', { url: '/api/v1/accounts?statsu=FAILED' }, 400, 'invalid_request'],
    ['a limit beyond the limit', { url: '/api/v1/accounts?limit=501' }, 400, 'invalid_request'],
    ['a cursor nobody gave', { url: '/api/v1/accounts?cursor=abc' }, 400, 'invalid_request'],
    [
      'a seq beyond all',
      { url: `/api/v1/accounts/${nobody}/transitions?after=9007199254740991` },
      400,
      'invalid_request',
    ],
    [
      'an empty Idempotency-Key',
      {
        method: 'POST',
        url: `/api/v1/accounts/${nobody}/messages`,
        payload: { to: '+380441234567', text: 'x' },
        headers: { 'idempotency-key': '' },
      },
      400,
      'invalid_request',
    ],
  ])('%s → problem', async (_name, options, status, code) => {
    await start();
    const problem = await problemOf(options);
    expect([problem.status, problem.code]).toEqual([status, code]);
    expect(http.stores.accountRows.size).toBe(0);
  });

  it('say where all the faults are', async () => {
    await start();
    const { errors } = await problemOf({
      method: 'POST',
      url: '/api/v1/accounts',
      payload: { label: '', provider: 'icq', colour: 1 },
    });
    expect(errors?.map(({ path }) => path).sort()).toEqual(['body.colour', 'body.label', 'body.provider']);
  });

  it('say which methods there are', async () => {
    await start();
    const { headers } = await problemOf({ method: 'PUT', url: '/api/v1/accounts' });
    expect(headers.allow).toBe('POST, GET, HEAD');
  });
});
