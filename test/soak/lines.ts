import type { Bar } from './verdict.js';

/** One line of the picture: what is read, in which unit, and how much it may grow; null: it grows with the work, and is told. */
export interface Line {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly bar: Bar | null;
}

/** A fault comes each minute: 60 an hour. What one fault in ten leaves behind shows. */
const oneInTen = (what: string): Bar => ({
  perHour: 6,
  growthMin: 4,
  why: `one ${what} left behind by one fault in ten, a fault a minute; a pool may take four more`,
});
const megabytes = (perHour: number, growthMin: number, why: string): Bar => ({ perHour, growthMin, why });

/** 5 MB an hour are 120 a day: less than a browser, more than any cache of ours may still take after its warm-up. */
const NODE = megabytes(5, 16, '120 MB a day; the collector may leave 16 MB for later');
const BROWSERS = (accounts: number): Bar =>
  megabytes(
    10 * accounts,
    20 * accounts,
    '10 MB an hour and account: its budget is met after four days, and it is recycled then',
  );

/**
 * `perMessageKb`: what the simulated network itself remembers of a message, inside the runtime; its servers, so to speak.
 * That is no leak of Muster's.
 */
export function linesOf(accounts: number, messagesPerHour: number, perMessageKb: number): readonly Line[] {
  const network = (messagesPerHour * perMessageKb) / 1024;
  const runtime: Bar = { ...NODE, perHour: NODE.perHour + network };
  return [
    {
      key: 'runtime.liveMb',
      title: 'runtime: heap in use after a collection',
      unit: 'MB',
      bar: { ...runtime, growthMin: 2, why: '120 MB a day; caches and compiled code may take 2 MB more' },
    },
    { key: 'runtime.heapMb', title: 'runtime: heap used', unit: 'MB', bar: runtime },
    { key: 'runtime.rssMb', title: 'runtime: resident memory', unit: 'MB', bar: runtime },
    { key: 'runtime.descriptors', title: 'runtime: descriptors', unit: '', bar: oneInTen('descriptor') },
    { key: 'runtime.threads', title: 'runtime: threads', unit: '', bar: oneInTen('thread') },
    { key: 'runtime.timers', title: 'runtime: timers', unit: '', bar: oneInTen('timer') },
    { key: 'runtime.handles', title: 'runtime: other active resources', unit: '', bar: oneInTen('handle') },
    { key: 'hosts.rssMb', title: 'engine hosts: resident memory', unit: 'MB', bar: NODE },
    { key: 'hosts.pssMb', title: 'engine hosts: PSS', unit: 'MB', bar: NODE },
    { key: 'hosts.descriptors', title: 'engine hosts: descriptors', unit: '', bar: oneInTen('descriptor') },
    { key: 'hosts.threads', title: 'engine hosts: threads', unit: '', bar: oneInTen('thread') },
    { key: 'browsers.pssMb', title: 'browsers: PSS', unit: 'MB', bar: BROWSERS(accounts) },
    { key: 'browsers.descriptors', title: 'browsers: descriptors', unit: '', bar: oneInTen('descriptor') },
    { key: 'browsers.threads', title: 'browsers: threads', unit: '', bar: oneInTen('thread') },
    {
      key: 'postgres.pssMb',
      title: 'Postgres: PSS',
      unit: 'MB',
      bar: megabytes(20, 40, 'its shared buffers fill up to 32 MB'),
    },
    { key: 'postgres.descriptors', title: 'Postgres: descriptors', unit: '', bar: null },
    { key: 'processes', title: 'processes of all kinds', unit: '', bar: oneInTen('process') },
    { key: 'orphans', title: 'processes without the runtime above them', unit: '', bar: oneInTen('process') },
    { key: 'rows.standing', title: 'rows that stand for something', unit: '', bar: oneInTen('row') },
    { key: 'rows.history', title: 'rows of history (kept for days)', unit: '', bar: null },
    { key: 'store.mb', title: 'database on disk', unit: 'MB', bar: null },
    {
      key: 'profiles.mb',
      title: 'profiles on disk',
      unit: 'MB',
      bar: megabytes(20 * accounts, 10 * accounts, 'a browser’s caches have sizes of their own'),
    },
    { key: 'profiles.files', title: 'files in profiles', unit: '', bar: null },
    { key: 'temp.files', title: 'temporary files', unit: '', bar: oneInTen('file') },
    { key: 'accounts.connected', title: 'accounts connected', unit: '', bar: null },
    { key: 'outbox', title: 'messages that wait', unit: '', bar: oneInTen('message') },
  ];
}
