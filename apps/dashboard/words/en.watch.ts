/** What comes to a machine, as it comes. */
export const enWatch = {
  title: 'Live events',
  start: 'Watch',
  stop: 'Stop watching',
  off: 'All that comes to the machine, as it comes, also what changes nothing. Muster tells it only while somebody watches.',
  none: 'Nothing has come yet.',
  list: 'Events, newest first',
  onlyChanges: 'Only changes',
  waiting: (count: string) => `mail waiting: ${count}`,
  stands: 'stands in',
  unchanged: 'changed nothing',
  remembered: 'remembered, no step',
  orders: 'ordered',
  committed: (ms: string) => `committed in ${ms} ms`,
  buried: 'never reached the machine:',
  stately: 'Open in Stately',
  statelyHint: 'Shows this machine in Stately’s inspector, a page of stately.ai',
};
