import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string; readonly pathNot?: string | readonly string[] };
  readonly to: { readonly path?: string; readonly pathNot?: string | readonly string[] };
}
interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}
/** A file that breaks a rule, and the rule that must say so. */
interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const ROOT = resolve(import.meta.dirname, '..');
const OURS = ['src', 'apps', 'libs', 'migrations', 'test'];
const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly Rule[];
};
const rows = forbidden.filter(({ name }) => /^(libs|src|apps)-.*-row$/.test(name));
const rowFolders = rows.map(({ from }) => (from.path ?? '').replace(/[\^]|\/$/g, ''));

/** What each rule about a package must recognise. A new rule needs its line here. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  'typeorm-stays': 'typeorm',
  'pg-stays': 'pg',
  '-nestjs--stays': '@nestjs/common',
  'xstate-stays': 'xstate',
  'whatsapp-web-js-stays': 'whatsapp-web.js',
  'puppeteer-stays': 'puppeteer',
  'puppeteer-core-stays': 'puppeteer-core',
  'zod-stays': 'zod',
  'pino-stays': 'pino',
  'graphile-worker-stays': 'graphile-worker',
  'ipaddr-js-stays': 'ipaddr.js',
  '-fastify-busboy-stays': '@fastify/busboy',
  'content-disposition-stays': 'content-disposition',
  'react-stays': 'react',
  'react-dom-stays': 'react-dom',
  'elkjs-stays': 'elkjs',
  'playwright-core-stays': 'playwright-core',
};

async function cruise(dir: string): Promise<readonly Violation[]> {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = OURS.filter((folder) => existsSync(join(dir, folder)));
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  // its exit code is the number of errors, which are ours to read
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stdout?: string }) => {
      if (!error.stdout?.startsWith('{')) throw error;
      return { stdout: error.stdout };
    },
  );
  return (JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }).summary.violations;
}

/** Each row is broken twice: by a value, and by a type alone, which leaves no trace in the compiled code. */
function rowPlants(): readonly Plant[] {
  return rows.flatMap(({ name, to }, i) => {
    const folder = rowFolders[i] ?? '';
    const allowed = [to.pathNot ?? []].flat().map((path) => new RegExp(path));
    const target = rowFolders.find((other) => !allowed.some((path) => path.test(`${other}/target.ts`)));
    const specifier = `#${target}/target`;
    return [
      {
        rule: name,
        file: `${folder}/by-value.ts`,
        text: `import { target } from '${specifier}';\nexport const mine = target;`,
      },
      {
        rule: name,
        file: `${folder}/by-type.ts`,
        text: `import type { Target } from '${specifier}';\nexport type Mine = Target;`,
      },
    ];
  });
}

function packagePlants(): readonly Plant[] {
  return Object.entries(PACKAGE_OF).map(([rule, name], i) => ({
    rule,
    file: `libs/client/package-${i}.ts`,
    text: `import type {} from '${name}';`,
  }));
}

const PLANTS: readonly Plant[] = [
  ...rowPlants(),
  ...packagePlants(),
  { rule: 'drivers-never-meet', file: 'libs/drivers/one/one.ts', text: `import '../other/target.js';` },
  ...['account', 'supervisor', 'leasing', 'contracts'].flatMap((lib) => [
    {
      rule: 'pure-libs-touch-no-node',
      file: `libs/${lib}/node.ts`,
      text: `import { readFileSync } from 'node:fs';\nexport { readFileSync };`,
    },
    { rule: 'pure-libs-touch-no-node', file: `libs/${lib}/timers.ts`, text: `import 'timers/promises';` },
  ]),
  { rule: 'browsers-have-no-node', file: 'libs/client/node.ts', text: `import 'node:path';` },
  {
    rule: 'browsers-have-no-node',
    file: 'apps/dashboard/node.tsx',
    text: `import { tmpdir } from 'os';\nexport { tmpdir };`,
  },
  { rule: 'only-outbound-goes-out', file: 'src/webhooks/out.ts', text: `import 'node:https';` },
  { rule: 'only-outbound-goes-out', file: 'src/media/names.ts', text: `import 'dns/promises';` },
  {
    rule: 'entities-stay',
    file: 'src/application/entity.ts',
    text: `import type { Row } from '#src/persistence/row.entity';\nexport type R = Row;`,
  },
  { rule: 'nobody-imports-the-composition-root', file: 'src/api/root.ts', text: `import '#src/runtime.module';` },
  { rule: 'nobody-imports-tests', file: 'src/api/test.ts', text: `import '../../test/target.js';` },
  { rule: 'nobody-imports-tests', file: 'src/api/spec.ts', text: `import './some.spec.js';` },
  {
    rule: 'no-circles',
    file: 'libs/client/hen.ts',
    text: `import type { Egg } from './egg.js';\nexport type Hen = Egg;`,
  },
  { rule: 'no-folder-without-a-row', file: 'src/misc/anything.ts', text: `import '#libs/contracts/target';` },
  { rule: 'no-folder-without-a-row', file: 'libs/helpers/anything.ts', text: `import '#libs/contracts/target';` },
  { rule: 'everything-resolves', file: 'libs/client/path.ts', text: `import '#libs/client/nowhere';` },
  { rule: 'everything-resolves', file: 'libs/client/relative.ts', text: `import './nowhere.js';` },
  { rule: 'everything-resolves', file: 'libs/client/package.ts', text: `import 'a-package-that-is-not-installed';` },
];

/** What the plants reach for. */
const TARGETS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    rowFolders.map((folder) => [
      `${folder}/target.ts`,
      'export const target = 1;\nexport interface Target { readonly n: 1 }',
    ]),
  ),
  'libs/drivers/other/target.ts': 'export {};',
  'libs/client/egg.ts': `import type { Hen } from './hen.js';\nexport type Egg = Hen | 1;`,
  'src/persistence/row.entity.ts': 'export interface Row { readonly n: 1 }',
  'src/runtime.module.ts': 'export {};',
  'src/api/some.spec.ts': 'export {};',
  'test/target.ts': 'export {};',
};

/** A tree of nothing but targets and plants, under the real rules, the real tsconfig and the real packages. */
async function plant(dir: string): Promise<void> {
  for (const name of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    await copyFile(join(ROOT, name), join(dir, name));
  const files = { ...TARGETS, ...Object.fromEntries(PLANTS.map(({ file, text }) => [file, text])) };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), `${text}\n`);
  }
  for (const name of Object.values(PACKAGE_OF)) {
    const at = join(dir, 'node_modules', name);
    await mkdir(dirname(at), { recursive: true });
    if (existsSync(join(ROOT, 'node_modules', name))) await symlink(join(ROOT, 'node_modules', name), at);
    else await standIn(at, name); // puppeteer-core is installed under the name puppeteer
  }
}

async function standIn(at: string, name: string): Promise<void> {
  await mkdir(at);
  await writeFile(join(at, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
  await writeFile(join(at, 'index.js'), '');
}

describe('the import table', () => {
  it('is kept by the whole tree', async () => {
    const found = await cruise(ROOT);
    expect(found.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('has a row for every folder there is', async () => {
    for (const top of ['src', 'libs', 'apps']) {
      const folders = (await readdir(join(ROOT, top), { withFileTypes: true })).filter((entry) => entry.isDirectory());
      const missing = folders.map(({ name }) => `${top}/${name}`).filter((f) => !rowFolders.includes(f));
      expect(missing).toEqual([]);
    }
  });
});

describe('the check sees what it checks:', () => {
  let dir: string;
  let found: readonly Violation[];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'architecture-'));
    await plant(dir);
    found = await cruise(dir);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.each(PLANTS)('$rule fires on $file', ({ rule, file }) => {
    const touching = found.filter(({ from, to }) => from === file || to === file); // a circle is told from one of its ends
    expect(touching.map((violation) => violation.rule.name)).toContain(rule);
  });

  it('every rule is planted, and what only is reached for breaks none', () => {
    expect(forbidden.map(({ name }) => name).filter((name) => !PLANTS.some(({ rule }) => rule === name))).toEqual([]);
    const planted = [...PLANTS.map(({ file }) => file), 'libs/client/egg.ts'];
    expect(found.filter(({ from }) => !planted.includes(from))).toEqual([]);
  });
});
