import { describe, expect, it } from 'vitest';
import { MusterApiError } from '#libs/client/api-error';
import { simulatedSettingsSchema } from '#libs/contracts/simulated-settings';
import { defaultOf, faultsOf, faultsToldBy, fieldsOf, typedOf, withTyped } from './settings-fields.js';

const fields = fieldsOf('simulated');

describe('the settings of an account', () => {
  it('are those of its provider, all of them', () => {
    const own = fields.map(({ path }) => path).filter((path) => !path.startsWith('pace.'));
    expect(own.toSorted()).toEqual(Object.keys(simulatedSettingsSchema.shape).toSorted());
    expect(fieldsOf('whatsapp').map(({ path }) => path)).toEqual([
      'pace.gapMsMin',
      'pace.gapMsMax',
      'pace.perMinuteMax',
    ]);
  });

  it('come back as they were when nothing is typed, with what the form does not know', () => {
    const settings = { readyMs: 900, pace: { perMinuteMax: 20 }, theirs: { deep: true } };
    expect(withTyped(settings, fields, typedOf(settings, fields))).toEqual(settings);
  });

  it('are set as numbers and words, and unset by an empty field', () => {
    const typed = { ...typedOf({}, fields), readyMs: ' 1500 ', scan: 'manual', 'pace.gapMsMin': '10' };
    const set = withTyped({}, fields, typed);
    expect(set).toEqual({ readyMs: 1_500, scan: 'manual', pace: { gapMsMin: 10 } });
    expect(withTyped(set, fields, typedOf({}, fields))).toEqual({});
  });

  it('that a provider would not take are named by their fields', () => {
    const settings = { readyMs: -1, phone: '12', pace: { gapMsMin: 10, gapMsMax: 5 } };
    expect([...faultsOf(settings, 'simulated')].toSorted()).toEqual(['pace.gapMsMax', 'phone', 'readyMs']);
    expect([...faultsOf(settings, 'whatsapp')]).toEqual(['pace.gapMsMax']);
    expect([...faultsOf({}, 'simulated')]).toEqual([]);
  });

  it('that the API did not take are named by its refusal, which may be of something else', () => {
    const problem = { type: '/docs#invalid_request', title: '', status: 400, code: 'invalid_request', detail: '' };
    const at = (...paths: readonly string[]) => paths.map((path) => ({ path, message: 'no' }));
    const errors = at('body.settings.readyMs', 'body.settings.pace.gapMsMax', 'body.label', 'body.settings');
    expect([...faultsToldBy(new MusterApiError({ ...problem, errors }, null))]).toEqual(['readyMs', 'pace.gapMsMax']);
    for (const error of [new MusterApiError(problem, null), new TypeError('no line')])
      expect([...faultsToldBy(error)]).toEqual([]);
  });

  it('say what holds while nothing is set', () => {
    expect([defaultOf('readyMs'), defaultOf('readMs'), defaultOf('pace.gapMsMin')]).toEqual(['150', null, null]);
  });
});
