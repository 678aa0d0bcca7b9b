import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DeviceView } from '../control/control-words.js';

export type Unlinked = NonNullable<DeviceView['unlinked']>;

export interface Device {
  readonly id: string;
  readonly number: string;
  readonly pushname: string;
  /** The secret that the browser's profile keeps; whoever shows it is this device. */
  readonly token: string;
  /** ISO 8601, UTC */
  readonly linkedAt: string;
  readonly unlinked: Unlinked | null;
}

export type LoginVerdict =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly why: 'expired' | 'revoked' };

export interface Devices {
  link(number: string, pushname: string): Device;
  /** An unknown login is `expired` (the page shows a QR); one ended by the phone is `revoked` (the page is redirected). */
  login(id: string, token: string): LoginVerdict;
  unlink(id: string, why: Unlinked): Device | undefined;
  get(id: string): Device | undefined;
  /** Those still linked. */
  ofNumber(number: string): readonly Device[];
  list(): readonly Device[];
  clear(): void;
}

/** Linked devices outlive the program in `file`, as accounts on a server would; the profile alone decides nothing. */
export function openDevices(file: string, now: () => Date): Devices {
  const devices = new Map(load(file).map((device) => [device.id, device]));
  const save = (): void => store(file, [...devices.values()]);
  return {
    link(number, pushname) {
      const secret = randomBytes(24).toString('base64url');
      const id = `d${randomBytes(6).toString('hex')}`;
      const device: Device = { id, number, pushname, token: secret, linkedAt: now().toISOString(), unlinked: null };
      devices.set(id, device);
      save();
      return device;
    },
    login(id, token) {
      const device = devices.get(id);
      if (device === undefined || device.token !== token) return { ok: false, why: 'expired' };
      if (device.unlinked !== null) return { ok: false, why: device.unlinked === 'expired' ? 'expired' : 'revoked' };
      return { ok: true, device };
    },
    unlink(id, why) {
      const device = devices.get(id);
      if (device === undefined || device.unlinked !== null) return undefined;
      const ended = { ...device, unlinked: why };
      devices.set(id, ended);
      save();
      return ended;
    },
    get: (id) => devices.get(id),
    ofNumber: (number) =>
      [...devices.values()].filter((device) => device.number === number && device.unlinked === null),
    list: () => [...devices.values()],
    clear() {
      devices.clear();
      save();
    },
  };
}

function load(file: string): readonly Device[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Device[]) : [];
}

/** Written beside and renamed: a kill in the middle leaves the old list, never half of one. */
function store(file: string, devices: readonly Device[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(devices, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
