import { configurationSchema } from '../configuration.js';
import { checkSchema, healthSchema, rootSchema } from '../health.js';
import { machineDefinitionSchema } from '../machine-definition.js';
import { API_PREFIX, type Operation } from '../operation.js';
import { statsSchema } from '../stats.js';
import { supervisionSchema } from '../supervision.js';

export const RUNTIME_OPERATIONS = {
  showMachine: {
    method: 'GET',
    path: `${API_PREFIX}/machines/account`,
    tag: 'machines',
    summary: 'The account machine as data, for drawing.',
    status: 200,
    answer: machineDefinitionSchema,
    refusals: [],
  },
  showSupervision: {
    method: 'GET',
    path: `${API_PREFIX}/supervision`,
    tag: 'runtime',
    summary: 'The tree of supervisors at this moment: intensities, back-offs, engine hosts, browsers, launches.',
    status: 200,
    answer: supervisionSchema,
    refusals: [],
  },
  showRoot: {
    method: 'GET',
    path: '/',
    tag: 'runtime',
    summary: 'Name, version and phase of this runtime.',
    status: 200,
    answer: rootSchema,
    refusals: [],
  },
  showHealth: {
    method: 'GET',
    path: '/health',
    tag: 'runtime',
    summary: 'All parts, all accounts, memory. An account that is down never makes the runtime unhealthy.',
    status: 200,
    answer: healthSchema,
    downStatus: 503,
    refusals: [],
  },
  showLiveness: {
    method: 'GET',
    path: '/health/live',
    tag: 'runtime',
    summary: 'Does the process answer?',
    status: 200,
    answer: checkSchema,
    refusals: [],
    open: true,
  },
  showReadiness: {
    method: 'GET',
    path: '/health/ready',
    tag: 'runtime',
    summary: 'May calls be sent here: store, event loop, phase.',
    status: 200,
    answer: checkSchema,
    downStatus: 503,
    refusals: [],
    open: true,
  },
  showStats: {
    method: 'GET',
    path: `${API_PREFIX}/stats`,
    tag: 'runtime',
    summary:
      'What this runtime did in the last minute and hour, and how much waits. `stored` is null while the store is away.',
    status: 200,
    answer: statsSchema,
    refusals: [],
  },
  showConfiguration: {
    method: 'GET',
    path: `${API_PREFIX}/configuration`,
    tag: 'runtime',
    summary:
      'Every variable as it was read at the start, its default, and where it came from. Secrets are only counted.',
    status: 200,
    answer: configurationSchema,
    refusals: [],
  },
  showMetrics: {
    method: 'GET',
    path: '/metrics',
    tag: 'runtime',
    summary: 'Metrics in the text format of Prometheus.',
    status: 200,
    answer: null,
    otherTypes: ['text/plain'],
    refusals: [],
  },
} as const satisfies Record<string, Operation>;
