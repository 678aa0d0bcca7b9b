import { expect, it } from 'vitest';
import { createMachine, getInitialSnapshot } from 'xstate';
import { accountDefinition } from './account.definition.js';
import { accountMachine } from './account.machine.js';

it('the definition holds the whole machine, as XState reads it', () => {
  const config = JSON.parse(accountDefinition()) as Parameters<typeof createMachine>[0];
  const asRead = createMachine({ ...config, context: {} });
  expect(getInitialSnapshot(asRead).value).toEqual({ DISCONNECTED: 'idle' });
  expect(Object.keys(asRead.states)).toEqual(Object.keys(accountMachine.states));
  expect([...asRead.events].toSorted()).toEqual([...accountMachine.events].toSorted());
});
