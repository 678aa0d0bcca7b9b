import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { replayFiles } from '#apps/replay/replay-files';

const folder = fileURLToPath(new URL('.', import.meta.url));
const incidents = readdirSync(folder).filter((name) => name.endsWith('.json'));
const PROGRAM = 'dist/apps/replay/main.js';

/**
 * What happened to accounts out there, exported by `GET /accounts/{id}/export`. Beside each lies what today's machine makes
 * of it: the same, or a table of what it does otherwise. An incident that was a bug of the machine is kept with the table
 * that shows it mended; a change of the machine that is meant is taken over with `--update`, and seen in review.
 */
describe('an incident', () => {
  it.each(incidents)('%s: today’s machine does with it what is written beside it', async (name) => {
    const { exitCode, text } = await replayFiles([folder + name]);
    expect(exitCode).not.toBe(2);
    await expect(`${text}\n`).toMatchFileSnapshot(folder + name.replace(/json$/, 'txt'));
  });

  it('is replayed by a command that says by its exit code how it went', async () => {
    expect(incidents).not.toEqual([]);
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [PROGRAM, folder + incidents[0]!]);
    expect(stdout).toContain('today’s machine does the same');
    await expect(run(process.execPath, [PROGRAM])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage: npm run replay -- account.json') as string,
    });
  });
});
