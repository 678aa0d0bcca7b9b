import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDevices } from './devices.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (): ReturnType<typeof openDevices> => openDevices(join(folder, 'devices.json'), () => new Date(0));

it('lets in who shows the secret, also after a restart', () => {
  const { id, token } = open().link('491700000001', 'Alice');
  expect(open().login(id, token)).toMatchObject({ ok: true, device: { number: '491700000001', pushname: 'Alice' } });
  expect(open().login(id, 'another')).toEqual({ ok: false, why: 'expired' });
  expect(open().login('unknown', token)).toEqual({ ok: false, why: 'expired' });
});

it('tells a login that the phone ended from one that expired', () => {
  const devices = open();
  const [first, second] = [devices.link('491700000001', 'Alice'), devices.link('491700000001', 'Alice')];
  devices.unlink(first.id, 'phone');
  devices.unlink(second.id, 'expired');
  expect(devices.unlink(first.id, 'self')).toBeUndefined();
  const again = open();
  expect(again.login(first.id, first.token)).toEqual({ ok: false, why: 'revoked' });
  expect(again.login(second.id, second.token)).toEqual({ ok: false, why: 'expired' });
  expect(again.ofNumber('491700000001')).toEqual([]);
});
