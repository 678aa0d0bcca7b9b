import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '#libs/contracts/account';
import type { CommittedState } from '#libs/contracts/events';
import type { BrowserCost } from '#src/observability/browser-figures';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
beforeEach(async () => (http = await startHttpRuntime()));
afterEach(() => http[Symbol.asyncDispose]());

const later = Date.UTC(2100, 0, 1);
const cost: BrowserCost = {
  pid: 4_242,
  memoryBytes: 200 * 1_048_576 + 3,
  cpuPercent: 1.26,
  cpuSeconds: 4.5,
  processes: 6,
};

async function call(method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object): Promise<AccountView> {
  return (await http.app.inject({ method, url: `/api/v1/accounts${path}`, payload })).json<AccountView>();
}

function look(accountIds: readonly string[], at = later): void {
  const browsers = new Map(accountIds.map((id) => [id, cost]));
  http.browsers.last = { at, browsers, hosts: new Map([[77, cost]]), browsersCpuSeconds: 9 };
}

describe('an account’s browser', () => {
  const shown = { memoryMb: 200, cpuPercent: 1.3, processes: 6, measuredAt: new Date(later).toISOString() };

  it('is told by every call that shows the account, as measured last', async () => {
    const { id, browser } = await call('POST', '', { label: 'sales', provider: 'whatsapp' });
    expect(browser).toBeNull();
    look([id]);
    expect(await call('POST', `/${id}/connect`)).toMatchObject({ did: 'connecting', browser: shown });
    expect(await call('GET', `/${id}`)).toMatchObject({ browser: shown });
    expect(await call('PATCH', `/${id}`, { label: 'shop' })).toMatchObject({ label: 'shop', browser: shown });
    expect(await call('GET', '')).toMatchObject({ items: [{ browser: shown }] });
  });

  it('is not told from a look that may have seen the one before', async () => {
    const { id } = await call('POST', '', { label: 'sales', provider: 'whatsapp' });
    await call('POST', `/${id}/connect`);
    look([id], Date.UTC(2020, 0, 1));
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 'CONNECTING', browser: null });
  });

  it('is not told of an account at rest, whatever the last look has seen', async () => {
    const { id } = await call('POST', '', { label: 'sales', provider: 'whatsapp' });
    look([id]);
    expect(await call('GET', `/${id}`)).toMatchObject({ detail: 'DISCONNECTED.idle', browser: null });
  });
});

describe('the metrics', () => {
  const metrics = async (): Promise<string> => (await http.app.inject('/metrics')).body;

  it('tell what each browser costs, and all of them', async () => {
    look(['a', 'b']);
    const text = await metrics();
    for (const line of [
      `muster_browser_memory_bytes{account="a"} ${cost.memoryBytes}`,
      'muster_browser_cpu_seconds_total{account="b"} 4.5',
      `muster_engine_host_memory_bytes{pid="77"} ${cost.memoryBytes}`,
      'muster_browsers 2',
      `muster_browsers_memory_bytes ${2 * cost.memoryBytes}`,
      'muster_browsers_cpu_seconds_total 9',
    ])
      expect(text).toContain(line);
    look(['b']);
    expect(await metrics()).not.toContain('account="a"');
  });

  it('have a series of their own for the largest browsers only, when there are very many', async () => {
    look(Array.from({ length: 600 }, (_, n) => `account-${n}`));
    const text = await metrics();
    expect(text.match(/^muster_browser_memory_bytes\{/gm)).toHaveLength(500);
    expect(text).toContain('muster_browsers 600');
  });

  it('tell why sessions end', async () => {
    const exit = { reason: 'page_hung', class: 'crash' };
    const note = { event: 'supervisor.noted', accountId: 'a', at: 0, data: { exit } } as const;
    http.publish({ ...note, what: 'sessions.exited' });
    http.publish({ ...note, what: 'sessions.restart_scheduled' });
    expect(await metrics()).toContain('muster_session_ends_total{reason="page_hung",class="crash"} 1');
  });

  it('tell why accounts are down now, and who must act', async () => {
    const away = (status: CommittedState['status'], code: string) =>
      ({ status, reason: { code, at: 0, detail: null } }) as CommittedState;
    http.states.set('a', away('FAILED', 'session_expired'));
    http.states.set('b', away('CONNECTING', 'page_hung'));
    http.states.set('c', away('CONNECTED', 'page_hung'));
    http.states.set('d', away('CONNECTING', 'disk_full'));
    const text = await metrics();
    expect(text).toContain('muster_accounts_down{status="FAILED",reason="session_expired",who="phone"} 1');
    expect(text).toContain('muster_accounts_down{status="CONNECTING",reason="page_hung",who="nobody"} 1');
    expect(text, 'nobody else makes room').toContain(
      'muster_accounts_down{status="CONNECTING",reason="disk_full",who="operator"} 1',
    );
    expect(text.match(/^muster_accounts_down\{/gm)).toHaveLength(3);
    http.states.clear();
    expect(await metrics()).not.toMatch(/^muster_accounts_down\{/m);
  });
});
