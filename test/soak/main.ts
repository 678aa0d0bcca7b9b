import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOptions, type SoakOptions, USAGE } from './options.js';
import { drawSoak } from './picture.js';
import { asJson, asText, reportOf } from './report.js';
import { runSoak } from './run.js';

/** `npm run soak -- --minutes 60 --accounts 4`: exits with 1 when something is stuck, lost, doubled, left behind, or surely grows. */
async function main(): Promise<void> {
  const options = readArguments();
  const broken = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => broken.abort());
  const run = await runSoak(options, broken.signal);
  const report = reportOf(options, run);
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'soak.json'), `${JSON.stringify(asJson(report))}\n`);
  await writeFile(join(options.out, 'soak.svg'), drawSoak(report));
  console.log(asText(report));
  console.log(`${join(options.out, 'soak.svg')} shows it, ${join(options.out, 'soak.json')} has every reading.`);
  if (!report.ok) process.exitCode = 1;
}

function readArguments(): SoakOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    process.exit(2);
  }
}

await main();
