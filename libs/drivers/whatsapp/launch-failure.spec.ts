import { describe, expect, it } from 'vitest';
import { isNavigationMeanwhile, isOfThePage, judgePageFailure, textOf } from './launch-failure.js';

describe('what went wrong on the way up', () => {
  it.each([
    [new Error('net::ERR_CONNECTION_RESET at https://web.whatsapp.com/'), 'page_unreachable'],
    ['auth timeout', 'page_did_not_boot'],
    [new Error('Execution context was destroyed, most likely because of a navigation.'), 'page_did_not_boot'],
    [
      new Error(
        "Runtime.callFunctionOn timed out. Increase the 'protocolTimeout' setting in launch/connect calls for a higher timeout if needed.",
      ),
      'page_hung',
    ],
    [new Error('something new'), 'driver_error'],
    [undefined, 'driver_error'],
  ])('%s is %s', (error, reason) => expect(judgePageFailure(error).reason).toBe(reason));

  it('tells a navigation from other trouble', () => {
    expect(isNavigationMeanwhile(new Error('Execution context was destroyed'))).toBe(true);
    expect(isNavigationMeanwhile('auth timeout')).toBe(false);
  });

  it('is of the page only when its own code threw it', () => {
    expect(isOfThePage(new Error('not-authorized'))).toBe(true);
    const onTheWay = ['Protocol error (Runtime.callFunctionOn): Target closed', 'Execution context was destroyed'];
    expect(onTheWay.map((words) => isOfThePage(new Error(words)))).toEqual([false, false]);
  });

  it('is told in one short line', () => {
    expect(textOf(new Error(`Failed to launch the browser process:  Code: 21\n\nstderr:\n${'x'.repeat(9_000)}`))).toBe(
      'Failed to launch the browser process:  Code: 21',
    );
    expect(textOf('y'.repeat(9_000))).toHaveLength(300);
  });
});
