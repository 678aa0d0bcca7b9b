import fc from 'fast-check';
import { expect } from 'vitest';
import { type LeaseModel, MODEL_LIMITS } from './lease-model.js';
import { type LeaseStage } from './lease-stage.js';

type Command = fc.AsyncCommand<LeaseModel, LeaseStage>;
const MINUTE_MS = 60_000;

/** A step: what the model says must be what the account manager says. */
const step = (name: string, run: (model: LeaseModel, stage: LeaseStage) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const allocate = (service: string, minutes: number): Command =>
  step(`allocate(${service}, ${minutes} min)`, async (model, stage) => {
    const free = model.accounts.filter(model.isFree).map(({ id }) => id);
    const outcome = await stage.allocate({ service_name: service, timeout_minutes: minutes });
    if (!outcome.ok) {
      expect([outcome.why, free]).toEqual(['no_account_free', []]);
      return;
    }
    const { account_id: id, lease_id: leaseId, fence } = outcome.value;
    expect(free).toContain(id);
    expect(fence).toBe(model.grant(id, leaseId, service, minutes * MINUTE_MS));
  });

const extend = (n: number, service: string, minutes: number): Command =>
  step(`extend(${n}, ${service}, ${minutes} min)`, async (model, stage) => {
    const account = model.at(n);
    const outcome = await stage.extend(account.id, { service_name: service, timeout_minutes: minutes });
    expect(outcome.ok).toBe(model.extend(account, service, minutes * MINUTE_MS));
  });

const release = (n: number, service: string): Command =>
  step(`release(${n}, ${service})`, async (model, stage) => {
    const account = model.at(n);
    const outcome = await stage.release(account.id, { service_name: service });
    expect(outcome.ok && outcome.value.released).toBe(model.release(account, service));
  });

/** `leased`: of these, if there are any; of the others each check is denied by the same. */
const check = (n: number, channel: string, leased: boolean): Command =>
  step(`check(${n}, ${channel}${leased ? ', leased' : ''})`, async (model, stage) => {
    const live = leased ? model.accounts.filter(model.isLive) : [];
    const account = live[n % live.length] ?? model.at(n);
    const outcome = await stage.check(account.id, { target_channel_id: channel });
    if (!outcome.ok) throw new Error(outcome.why);
    expect(outcome.value.denied_by).toBe(model.denial(account, channel));
    if (outcome.value.reservation_id) model.hold(account, outcome.value.reservation_id, channel);
  });

const record = (n: number, channel: string, success: boolean): Command =>
  step(`record(${n}, ${channel}, ${success})`, async (model, stage) => {
    const account = model.at(n);
    const outcome = await stage.record(account.id, { target_channel_id: channel, success });
    if (!outcome.ok) throw new Error(outcome.why);
    const { recorded, reservation_id: hold, counters } = outcome.value;
    expect(recorded).toBe(model.record(account, channel, success, hold ?? ''));
    expect(counters.per_channel_total!.used).toBe(
      account.holds.filter((one) => one.state !== 'refunded' && one.channel === channel).length,
    );
  });

const flood = (n: number, seconds: number): Command =>
  step(`flood(${n}, ${seconds} s)`, async (model, stage) => {
    const account = model.at(n);
    await stage.tellError(account.id, { error_type: 'flood_wait', error_message: `${seconds}` });
    model.flood(account, seconds);
  });

/** Later by whole minutes, while the test itself takes seconds: no end is ever nearer than that. */
const pass = (minutes: number): Command =>
  step(`${minutes} min pass`, async (model, stage) => {
    model.nowMs += minutes * MINUTE_MS;
    await stage.letPass(minutes * MINUTE_MS);
  });

const look = (n: number): Command =>
  step(`status(${n})`, async (model, stage) => {
    const account = model.at(n);
    const outcome = await stage.status(account.id);
    if (!outcome.ok) throw new Error(outcome.why);
    const total = Object.values(outcome.value.per_channel_limits).reduce((sum, channel) => sum + channel.total, 0);
    expect(total).toBe(account.holds.filter(({ state }) => state !== 'refunded').length);
    expect(outcome.value.daily['invite']!.limit).toBe(MODEL_LIMITS.daily);
  });

const accounts = fc.nat(1);
const services = fc.constantFrom('inviter', 'parser');
const channels = fc.constantFrom('c1', 'c1', 'c2');
const times = fc.constantFrom(3, 30, 60 * 25, 60 * 25);

/** What services may do, in any order. */
export const anyCommands = (most: number) =>
  fc.commands(
    [
      fc.tuple(services, fc.constantFrom(5, 15, 60)).map((args) => allocate(...args)),
      fc.tuple(accounts, services, fc.constantFrom(5, 90)).map((args) => extend(...args)),
      fc.tuple(accounts, services).map((args) => release(...args)),
      fc.tuple(accounts, channels).map((args) => check(...args, false)),
      fc.tuple(accounts, channels).map((args) => check(...args, true)),
      fc.tuple(accounts, channels).map((args) => check(...args, true)),
      fc.tuple(accounts, channels, fc.boolean()).map((args) => record(...args)),
      fc.tuple(accounts, fc.constantFrom(60, 600)).map((args) => flood(...args)),
      times.map(pass),
      accounts.map(look),
    ],
    // As many as that: left to itself it makes ten at most, which reach no limit.
    { maxCommands: most, size: 'medium' },
  );
