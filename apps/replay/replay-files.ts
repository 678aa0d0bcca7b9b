import { readFile } from 'node:fs/promises';
import type { AccountDeadlines } from '#libs/account/account.context';
import type { AccountMachine } from '#libs/account/account.machine';
import { replay } from '#libs/account/account.replay';
import type { AccountExport } from '#libs/contracts/account-export';
import { drawDifferences } from './difference-table.js';
import { joinPages, readExport } from './recorded-life.js';

export interface ReplayAnswer {
  /** 0: today's machine does the same. 1: it differs. 2: there is nothing that could be replayed. */
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

/** Replays the history of one account, given as the files of one or more exports. `make`: another machine than today's. */
export async function replayFiles(
  files: readonly string[],
  make?: (deadlines: AccountDeadlines) => AccountMachine,
): Promise<ReplayAnswer> {
  if (files.length === 0) return bad('usage: npm run replay -- account.json [more pages of the same account …]');
  const pages: AccountExport[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => ({ unreadable: String(error) }));
    if (typeof text !== 'string') return bad(`${file} can’t be read: ${text.unreadable}`);
    const read = readExport(text);
    if (!read.ok) return bad(`${file} ${read.why}`);
    pages.push(read.page);
  }
  const joined = joinPages(pages);
  return joined.ok ? tell(pages[0]!.account, joined.life, make) : bad(joined.why);
}

function tell(
  { id, label }: AccountExport['account'],
  life: Parameters<typeof replay>[0],
  make?: (deadlines: AccountDeadlines) => AccountMachine,
): ReplayAnswer {
  const who = `account ${id} (${label})`;
  const last = life.steps.at(-1);
  if (!last) return { exitCode: 0, text: `${who} has never moved: nothing to replay` };
  const { differences, firstSeq, replayed, reachedEnd } = replay(life, make);
  if (firstSeq === null)
    return bad(
      `${who}: none of its steps ${life.steps[0]!.seq} to ${last.seq} can be replayed. ` +
        'Either they were written before steps kept what a replay needs, or the export is too short: ask for more steps',
    );
  const first = life.steps.find(({ seq }) => seq === firstSeq)!;
  const notes = [
    `${who}: ${replayed} steps replayed, ${firstSeq} to ${last.seq}`,
    ...(firstSeq > life.steps[0]!.seq
      ? [
          `not replayable before step ${firstSeq} (${new Date(first.at).toISOString()}): what came before has no start in this export`,
        ]
      : []),
    reachedEnd
      ? `compared with the account as it was stored after step ${last.seq}, too`
      : 'not compared with the account as it is stored: the export has no snapshot that follows from its last step',
  ];
  return differences.length === 0
    ? { exitCode: 0, text: [...notes, 'today’s machine does the same'].join('\n') }
    : { exitCode: 1, text: [...notes, 'today’s machine differs:', '', drawDifferences(differences)].join('\n') };
}

const bad = (text: string): ReplayAnswer => ({ exitCode: 2, text });
