import { replayFiles } from './replay-files.js';

/** `npm run replay -- account.json`: where does today's machine do something else than what was recorded? */
const { exitCode, text } = await replayFiles(process.argv.slice(2));
(exitCode === 2 ? process.stderr : process.stdout).write(`${text}\n`);
process.exitCode = exitCode;
