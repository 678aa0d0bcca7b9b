import { describe, expect, it } from 'vitest';
import { StaleEpochError } from '#src/supervision/ports';
import { isStoreAway } from './store-away.js';

const withCode = (code: string, extra: object = {}): Error => Object.assign(new Error('x'), { code, ...extra });

describe('telling a store that is away from a fault of ours', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED', { syscall: 'connect' })],
    ['all addresses refused', new AggregateError([withCode('ECONNREFUSED')])],
    ['an administrator’s shutdown', withCode('57P01')],
    ['recovery in progress', withCode('57P03')],
    ['too many connections', withCode('53300')],
    ['a full disk', withCode('53100')],
    ['a lost connection', new Error('Connection terminated unexpectedly')],
    ['a wrapped one', new Error('query failed', { cause: withCode('08006') })],
    ['a driver’s error on a query error', Object.assign(new Error('x'), { driverError: withCode('57P01') })],
    ['an account owned by another node', new StaleEpochError('a')],
  ])('%s is away', (_name, error) => {
    expect(isStoreAway(error)).toBe(true);
  });

  it.each([
    ['a unique violation', withCode('23505')],
    ['a syntax error', withCode('42601')],
    ['a missing file', withCode('ENOENT', { syscall: 'open' })],
    ['a bug', new TypeError('x is undefined')],
    ['something thrown that is no error', 'ECONNREFUSED'],
  ])('%s is not', (_name, error) => {
    expect(isStoreAway(error)).toBe(false);
  });
});
