import { replay } from '#libs/account/account.replay';
import type { Remains, StepRow } from './remains.js';

/** What an account did is a path of its machine, and the log tells of every step once, in order. */
export function historyWhole({ id, steps, snapshot, events, isDeleted }: Remains): string[] {
  const faults = steps.flatMap((step, at) => stepFaults(step, steps[at - 1], at + 1));
  const { differences } = replay({ steps, end: snapshot });
  for (const { seq, event, recorded, today } of differences)
    faults.push(`step ${seq} (${event}) is ${recorded}; the machine says ${today}`);
  const told = events.flatMap(({ data, name }) => (name === 'account.changed' ? (data.steps ?? []) : []));
  const toldSeqs = told.map(({ seq }) => seq).join();
  if (toldSeqs !== steps.map(({ seq }) => seq).join()) faults.push(`the log tells of the steps ${toldSeqs}`);
  const names = events.map(({ name }) => name);
  if (names[0] !== 'account.created') faults.push(`the log begins with ${names[0]}`);
  if (names.filter((name) => name === 'account.deleted').length !== (isDeleted ? 1 : 0))
    faults.push('the log is wrong about the deletion');
  return [...faults, ...messagesTold(events)].map((fault) => `account ${id}: ${fault}`);
}

function stepFaults(step: StepRow, before: StepRow | undefined, seq: number): string[] {
  const faults: string[] = [];
  if (step.seq !== seq) faults.push(`step ${seq} is missing`);
  if (!before) return faults;
  if (step.from !== before.to) faults.push(`step ${seq} begins at ${step.from}, the one before ended at ${before.to}`);
  if (step.epoch < before.epoch) faults.push(`the epoch went back to ${step.epoch} at step ${seq}`);
  if (step.incarnation < before.incarnation) faults.push(`the session went back to ${step.incarnation} at step ${seq}`);
  return faults;
}

/** As far as they were told; each is never followed by one before it. What failed can't have been sent before. */
const ORDER = ['queued', 'failed', 'uncertain', 'sent', 'delivered', 'read'];
const ENDS = ['failed', 'read'];

/** No event of a message tells of something that was before the last one. */
function messagesTold(events: Remains['events']): string[] {
  const last = new Map<string, string>();
  const faults: string[] = [];
  for (const { name, data } of events) {
    if (!name.startsWith('message.') || !data.id || !data.status) continue;
    const before = last.get(data.id);
    if (name === 'message.accepted' ? before !== undefined : before === undefined)
      faults.push(`${name} of message ${data.id} comes ${before ? `after ${before}` : 'first'}`);
    if (before && (ENDS.includes(before) || isBefore(data.status, before)))
      faults.push(`message ${data.id} is told as ${data.status} after ${before}`);
    last.set(data.id, data.status);
  }
  return faults;
}

const isBefore = (status: string, other: string): boolean => ORDER.indexOf(status) < ORDER.indexOf(other);
