import { describe, expect, it } from 'vitest';
import {
  accountHref,
  FLEET_HREF,
  inspectorHref,
  LEASES_HREF,
  NO_STEP,
  OPERATIONS_HREF,
  operationsHref,
  readRoute,
  SUPERVISION_HREF,
  webhookHref,
} from './route.js';

describe('the address behind the #', () => {
  it('leads to each page', () => {
    expect(readRoute(FLEET_HREF)).toEqual({ page: 'fleet' });
    expect(readRoute(accountHref('0196b3f0-a'))).toEqual({ page: 'account', id: '0196b3f0-a' });
    expect(readRoute(LEASES_HREF)).toEqual({ page: 'leases' });
    expect(readRoute(SUPERVISION_HREF)).toEqual({ page: 'supervision' });
    expect(readRoute(OPERATIONS_HREF)).toMatchObject({ page: 'operations', view: 'overview', webhookId: null });
  });

  it('leads to the parts of operations, and to one webhook', () => {
    expect(readRoute(operationsHref('overview'))).toMatchObject({ view: 'overview' });
    for (const view of ['webhooks', 'events', 'configuration'] as const)
      expect(readRoute(operationsHref(view))).toEqual({ page: 'operations', view, webhookId: null });
    expect(readRoute(webhookHref('0196-b'))).toEqual({ page: 'operations', view: 'webhooks', webhookId: '0196-b' });
    expect(readRoute('#/operations/weather')).toEqual({ page: 'fleet' });
  });

  it('leads into the life of an account: now, or at one of its transitions', () => {
    expect(readRoute(inspectorHref('a'))).toEqual({ page: 'inspector', id: 'a', seq: null });
    expect(readRoute(inspectorHref('a', 17))).toEqual({ page: 'inspector', id: 'a', seq: 17 });
  });

  it('leads to no step of the account by what is none', () => {
    for (const told of ['0', 'x', '1e24', '-1', '1.5', '9'.repeat(26), '%31'])
      expect(readRoute(`#/accounts/a/inspector/${told}`)).toEqual({ page: 'inspector', id: 'a', seq: NO_STEP });
  });

  it('leads to the fleet from anywhere else', () => {
    for (const hash of ['', '#/accounts/', '#/accounts/a/b', '#/accounts/a/inspector/1/2', '#/nowhere'])
      expect(readRoute(hash)).toEqual({ page: 'fleet' });
  });
});
