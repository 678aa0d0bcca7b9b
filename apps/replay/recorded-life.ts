import type { RecordedLife, RecordedStep } from '#libs/account/account.replay';
import type { StepInput } from '#libs/account/account.record';
import { type AccountExport, accountExportSchema } from '#libs/contracts/account-export';
import { parseInput } from '#libs/contracts/parse';

export type ReadExport =
  | { readonly ok: true; readonly page: AccountExport }
  /** One sentence that says what is wrong with it. */
  | { readonly ok: false; readonly why: string };

/** Reads what `GET /accounts/{id}/export` has answered. */
export function readExport(text: string): ReadExport {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { ok: false, why: `is no JSON: ${String(error)}` };
  }
  const parsed = parseInput(accountExportSchema, content, 'export');
  if (parsed.ok) return { ok: true, page: parsed.value };
  const [first, ...more] = parsed.faults;
  const others = more.length > 0 ? `, and ${more.length} more` : '';
  return { ok: false, why: `is no export of an account: ${first!.path}: ${first!.message}${others}` };
}

export type JoinedLife =
  | { readonly ok: true; readonly life: RecordedLife }
  | { readonly ok: false; readonly why: string };

/** Pages of one account's history, in any order, as one. */
export function joinPages(pages: readonly AccountExport[]): JoinedLife {
  const [first] = pages;
  if (!first) return { ok: false, why: 'nothing to replay' };
  if (pages.some(({ account }) => account.id !== first.account.id))
    return { ok: false, why: 'these are exports of different accounts' };
  const bySeq = new Map(pages.flatMap(({ transitions }) => transitions.map((step) => [step.seq, step])));
  const steps = [...bySeq.values()].sort((a, b) => a.seq - b.seq).map(stepOf);
  const gap = steps.findIndex((step, i) => i > 0 && step.seq !== steps[i - 1]!.seq + 1);
  if (gap !== -1)
    return { ok: false, why: `the steps between ${steps[gap - 1]!.seq} and ${steps[gap]!.seq} are missing` };
  const last = pages.reduce((a, b) => (b.snapshot.seq > a.snapshot.seq ? b : a)).snapshot;
  return { ok: true, life: { steps, end: last.seq === 0 ? null : { seq: last.seq, stored: last.snapshot } } };
}

/** The shape of `input` was checked; whether its words mean anything to today's machine is what the replay finds out. */
const stepOf = ({ at, input, ...step }: AccountExport['transitions'][number]): RecordedStep => ({
  ...step,
  at: Date.parse(at),
  input: input as StepInput | null,
});
