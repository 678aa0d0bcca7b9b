/**
 * The architecture as a table: a folder may import itself and what its row names, nothing else.
 * ARCHITECTURE.md, "The tree is the arrow", explains it; test/architecture.spec.ts plants a violation of each kind.
 */
const ground = ['libs/contracts/', 'src/config/', 'src/observability/'];
const mayImport = {
  'libs/contracts': [],
  'libs/supervisor': [],
  'libs/processes': [],
  'libs/leasing': ['libs/contracts/'],
  'libs/client': ['libs/contracts/'],
  'libs/drivers': ['libs/contracts/', 'libs/processes/'],
  'libs/account': ['libs/contracts/', 'libs/drivers/driver.ts'],

  'src/config': ['libs/contracts/'],
  'src/observability': ['libs/contracts/', 'src/config/'],
  'src/events': ground,
  'src/supervision': [...ground, 'src/events/', 'libs/supervisor/', 'libs/account/', 'libs/drivers/driver.ts'],
  'src/persistence': [
    ...ground,
    'src/events/',
    'src/supervision/ports.ts',
    'src/supervision/inbox-ports.ts',
    'libs/processes/',
    'migrations/',
  ],
  'src/engines': [...ground, 'src/events/', 'libs/drivers/driver.ts', 'src/supervision/ports.ts', 'libs/processes/'],
  'src/cluster': [...ground, 'src/events/', 'src/persistence/', 'src/supervision/'],
  'src/application': [
    ...ground,
    'src/events/',
    'src/persistence/',
    'src/cluster/',
    'libs/leasing/',
    'libs/account/account.chart.ts',
    'libs/account/account.replay.ts',
  ],
  'src/outbound': ground,
  'src/media': [...ground, 'src/outbound/', 'src/persistence/', 'src/supervision/ports.ts'],
  'src/webhooks': [...ground, 'src/events/', 'src/outbound/', 'src/persistence/'],
  'src/jobs': [...ground, 'src/persistence/', 'src/webhooks/'],
  'src/api': [...ground, 'src/events/', 'src/application/'],

  'apps/dashboard': ['libs/contracts/', 'libs/client/', 'apps/simulator/demo/demo-words.ts'],
  'apps/engine': ['libs/contracts/', 'libs/drivers/', 'libs/processes/'],
  'apps/replay': ['libs/contracts/', 'libs/account/'],
  'apps/simulator': ['libs/contracts/', 'libs/client/', 'libs/processes/'],
};

/** Packages that only one place may touch. */
const onlyIn = {
  typeorm: 'src/persistence|migrations|test',
  pg: 'src/persistence|migrations|test',
  '@nestjs/': 'src|test',
  xstate: 'libs/account|libs/supervisor|src/supervision|test',
  'whatsapp-web\\.js': 'libs/drivers/whatsapp|test',
  puppeteer: 'libs/drivers/whatsapp|test',
  'puppeteer-core': 'libs/drivers/whatsapp|test',
  zod: 'libs/contracts|libs/drivers/whatsapp/page|src/config|apps/simulator|apps/dashboard|test',
  pino: 'src/observability|test',
  'graphile-worker': 'src/persistence|src/jobs|test',
  'ipaddr\\.js': 'src/outbound|test',
  '@fastify/busboy': 'src/api|test',
  'content-disposition': 'src/api|src/media|test',
  elkjs: 'apps/dashboard',
  react: 'apps/dashboard',
  'react-dom': 'apps/dashboard',
  'playwright-core': 'test',
};

const ours = '^(src|libs|apps|migrations|test)/';
const testCode = '\\.(spec|contract)\\.ts$';
const rows = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder.replace('/', '-')}-row`,
  comment: `${folder} looks only at ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: testCode },
  to: { path: ours, pathNot: [`${folder}/`, ...allowed].map((p) => `^${p}`) },
}));
const packages = Object.entries(onlyIn).map(([pkg, where]) => ({
  name: `${pkg.replace(/\W+/g, '-')}-stays`,
  comment: `${pkg} stays in ${where}`,
  severity: 'error',
  from: { path: ours, pathNot: `^(${where})(/|$)` },
  to: { path: `node_modules/${pkg}${pkg.endsWith('/') ? '' : '(/|$)'}` },
}));

module.exports = {
  forbidden: [
    ...rows,
    ...packages,
    {
      name: 'drivers-never-meet',
      severity: 'error',
      from: { path: '^libs/drivers/([^/]+)/', pathNot: testCode },
      to: { path: '^libs/drivers/([^/]+)/', pathNot: '^libs/drivers/$1/' },
    },
    {
      name: 'pure-libs-touch-no-node',
      severity: 'error',
      from: { path: '^libs/(account|supervisor|leasing|contracts)/', pathNot: testCode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'browsers-have-no-node',
      comment: 'the dashboard and the client it goes by run in browsers',
      severity: 'error',
      from: { path: '^(apps/dashboard|libs/client)/', pathNot: testCode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-outbound-goes-out',
      comment:
        'a URL that others chose is asked by src/outbound, which looks where it leads (fetch is refused by lint)',
      severity: 'error',
      from: { path: '^src/(application|cluster|events|jobs|media|webhooks)/', pathNot: testCode },
      to: {
        path: '^(node:)?(http|https|http2|net|tls|dns|dns/promises|dgram)$',
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'entities-stay',
      severity: 'error',
      from: { pathNot: '^(src/persistence|migrations)/' },
      to: { path: '\\.entity\\.ts$' },
    },
    {
      name: 'nobody-imports-the-composition-root',
      severity: 'error',
      from: { pathNot: '^(src/[^/]+\\.ts$|test/)' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { pathNot: `^test/|${testCode}` },
      to: { path: `^test/|${testCode}` },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-without-a-row',
      severity: 'error',
      from: { path: '^(src|libs|apps)/[^/]+/', pathNot: Object.keys(mayImport).map((f) => `^${f}/`) },
      to: {},
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|^apps/simulator/page/' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
