import { describe, expect, it } from 'vitest';
import type { AccountStatus, AccountView, Provider } from '#libs/contracts/account';
import { countByStatus, filterAccounts, NO_FILTER, sortAccounts } from './fleet-filter.js';

function account(label: string, status: AccountStatus, provider: Provider = 'whatsapp', phone = ''): AccountView {
  const id = `0196b3f0-0000-7000-8000-${label.length.toString().padStart(12, '0')}`;
  return { id, label, status, provider, phone: phone || null } as AccountView;
}

const SALES = account('Sales Kyiv', 'CONNECTED', 'whatsapp', '+380441112233');
const SHOP = account('Shop 10', 'FAILED');
const TRIAL = account('shop 2', 'CONNECTED', 'simulated');
const ALL = [SALES, SHOP, TRIAL];

describe('the filter of the fleet', () => {
  it('lets all through that nobody asked to leave out', () => {
    expect(filterAccounts(ALL, NO_FILTER)).toEqual(ALL);
  });

  it('finds every word of the text, in label, phone or id, in any order and case', () => {
    expect(filterAccounts(ALL, { ...NO_FILTER, text: 'kyiv SALES' })).toEqual([SALES]);
    expect(filterAccounts(ALL, { ...NO_FILTER, text: '4411' })).toEqual([SALES]);
    expect(filterAccounts(ALL, { ...NO_FILTER, text: 'sales 10' })).toEqual([]);
  });

  it('asks for status and provider together', () => {
    expect(filterAccounts(ALL, { ...NO_FILTER, status: 'CONNECTED', provider: 'simulated' })).toEqual([TRIAL]);
  });

  it('counts what a click on each status would show', () => {
    const counts = countByStatus(ALL, { status: 'FAILED', provider: null, text: 'shop' });
    expect(counts).toMatchObject({ CONNECTED: 1, FAILED: 1, DISCONNECTED: 0 });
  });

  it('orders by label as people count: shop 2 before Shop 10', () => {
    expect(sortAccounts(ALL).map(({ label }) => label)).toEqual(['Sales Kyiv', 'shop 2', 'Shop 10']);
  });
});
