import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.SIMULATOR_PORT ?? '5080' },
    'control-port': { type: 'string', default: process.env.SIMULATOR_CONTROL_PORT ?? '5081' },
    'data-dir': { type: 'string', default: process.env.SIMULATOR_DATA_DIR ?? './data/simulator' },
    'sync-ms': { type: 'string', default: process.env.SIMULATOR_SYNC_MS ?? '300' },
  },
});

function numberOf(name: 'port' | 'control-port' | 'sync-ms', max: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  process.stderr.write(`--${name}: a whole number from 0 to ${max} is needed, not '${values[name]}'\n`);
  process.exit(2);
}

const dataDir = resolve(values['data-dir']);
mkdirSync(dataDir, { recursive: true });
const simulator = await startSimulator({
  port: numberOf('port', 65_535),
  controlPort: numberOf('control-port', 65_535),
  syncMs: numberOf('sync-ms', 600_000),
  dataDir,
});
process.stdout.write(
  [
    `stand-in of web.whatsapp.com on https://127.0.0.1:${simulator.webPort}, kept in ${dataDir}`,
    `control API on http://127.0.0.1:${simulator.controlPort}`,
    'point a browser at it with these flags:',
    `CHROMIUM_ARGS="${simulator.chromiumArgs.map((arg) => `'${arg}'`).join(' ')}"`,
    '',
  ].join('\n'),
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
