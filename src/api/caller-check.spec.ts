import { describe, expect, it } from 'vitest';
import { createCallerCheck } from './caller-check.js';

describe('without keys', () => {
  const refuse = createCallerCheck([]);

  it.each([
    ['a program on this machine', { host: '127.0.0.1:5001' }],
    ['by name', { host: 'localhost:5001' }],
    ['over IPv6', { host: '[::1]:5001' }],
    ['another address of loopback', { host: '127.0.1.1' }],
    ['a program that names no host', {}],
    ['a page of ours', { host: 'localhost:5001', origin: 'http://localhost:5001' }],
    ['a page of ours on the default port', { host: 'localhost:80', origin: 'http://localhost' }],
  ])('may call: %s', (_, headers) => {
    expect(refuse(headers)).toBeNull();
  });

  it.each([
    ['a page whose own name was bound to this machine', { host: 'attacker.example:5001' }],
    ['and that looks like ours', { host: 'localhost.attacker.example' }],
    ['and like an address', { host: '127.0.0.1.attacker.example' }],
    ['what is no host', { host: 'a b' }],
    ['a page of another site', { host: 'localhost:5001', origin: 'https://attacker.example' }],
    ['a page of another server on this machine', { host: 'localhost:5001', origin: 'http://localhost:3000' }],
    ['a page that hides where it is from', { host: 'localhost:5001', origin: 'null' }],
    ['a page, and no host', { origin: 'https://attacker.example' }],
  ])('may not call: %s', (_, headers) => {
    expect(refuse(headers)).toMatchObject({ code: 'foreign_caller' });
  });
});

it('with keys asks for one, wherever the call is from', () => {
  const refuse = createCallerCheck(['first-key']);
  const shop = { host: 'muster.example', origin: 'https://shop.example' };
  expect(refuse({ ...shop, 'x-api-key': 'first-key' })).toBeNull();
  expect(refuse({ host: 'localhost:5001' })).toMatchObject({ code: 'unauthorized' });
});
