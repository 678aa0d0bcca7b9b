import type {
  AccountStatus,
  AccountView,
  CommandedAccount,
  CreateAccount,
  ListAccounts,
  PatchAccount,
} from '#libs/contracts/account';
import type { AccountExport } from '#libs/contracts/account-export';
import type { CapabilitiesView } from '#libs/contracts/capabilities';
import type { OperationAnswer, OperationAsk } from '#libs/contracts/operations';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import type { AccountSnapshotView, PastAccountView } from '#libs/contracts/snapshot';
import { apiErrorOf } from './api-error.js';
import { pagesOf } from './pages.js';
import type { Transport } from './transport.js';
import { headersOf, type UnderLease } from './under-lease.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

export interface AccountsClient {
  create(account: CreateAccount): Promise<AccountView>;
  get(id: string): Promise<AccountView>;
  list(query?: ListAccounts): Promise<OperationAnswer<'listAccounts'>>;
  /** All of them, page by page as they are asked for. */
  all(query?: Omit<ListAccounts, 'cursor'>): AsyncGenerator<AccountView, void, undefined>;
  patch(id: string, patch: PatchAccount, under?: UnderLease): Promise<AccountView>;
  delete(id: string, under?: UnderLease): Promise<void>;
  connect(id: string, under?: UnderLease): Promise<CommandedAccount>;
  disconnect(id: string, under?: UnderLease): Promise<CommandedAccount>;
  restart(id: string, under?: UnderLease): Promise<CommandedAccount>;
  logout(id: string, under?: UnderLease): Promise<CommandedAccount>;
  qr(id: string): Promise<QrView>;
  qrPicture(id: string, type: 'image/png' | 'image/svg+xml'): Promise<Uint8Array>;
  pairingCode(id: string, phone: string, under?: UnderLease): Promise<PairingCodeView>;
  transitions(
    id: string,
    query?: OperationAsk<'listTransitions'>['query'],
  ): Promise<OperationAnswer<'listTransitions'>>;
  /** A step of its history, and the account as it was after it. */
  past(id: string, seq: number): Promise<PastAccountView>;
  snapshot(id: string): Promise<AccountSnapshotView>;
  /** Its history with all that a replay needs: `npm run replay -- file` takes it as JSON. */
  export(id: string, query?: OperationAsk<'exportAccount'>['query']): Promise<AccountExport>;
  /** What its provider can and can’t do here, whether it is connected or not. */
  capabilities(id: string): Promise<CapabilitiesView>;
  /** Polls until the account has one of these statuses; rejects with MusterWaitError when it hasn't in time. */
  untilStatus(
    id: string,
    statuses: AccountStatus | readonly AccountStatus[],
    options?: WaitOptions,
  ): Promise<AccountView>;
  untilConnected(id: string, options?: WaitOptions): Promise<AccountView>;
}

export function createAccountsClient(transport: Transport): AccountsClient {
  const { call } = transport;
  const get = (id: string) => call('showAccount', { params: { id } });
  const list = (query: ListAccounts = {}) => call('listAccounts', { query });
  const untilStatus: AccountsClient['untilStatus'] = (id, statuses, options) => {
    const wanted: readonly AccountStatus[] = typeof statuses === 'string' ? [statuses] : statuses;
    return waitUntil(
      `${wanted.join(' or ')} of account ${id}`,
      () => get(id),
      ({ status }) => wanted.includes(status),
      options,
    );
  };
  return {
    create: (body) => call('createAccount', { body }),
    get,
    list,
    all: (query = {}) => pagesOf((cursor) => list({ ...query, cursor })),
    patch: (id, body, under) => call('patchAccount', { params: { id }, headers: headersOf(under), body }),
    delete: async (id, under) => {
      await call('deleteAccount', { params: { id }, headers: headersOf(under) });
    },
    connect: (id, under) => call('connectAccount', { params: { id }, headers: headersOf(under) }),
    disconnect: (id, under) => call('disconnectAccount', { params: { id }, headers: headersOf(under) }),
    restart: (id, under) => call('restartAccount', { params: { id }, headers: headersOf(under) }),
    logout: (id, under) => call('logoutAccount', { params: { id }, headers: headersOf(under) }),
    qr: (id) => call('showQr', { params: { id } }),
    qrPicture: (id, type) => fetchPicture(transport, id, type),
    pairingCode: (id, phone, under) =>
      call('requestPairingCode', { params: { id }, headers: headersOf(under), body: { phone } }),
    transitions: (id, query = {}) => call('listTransitions', { params: { id }, query }),
    past: (id, seq) => call('showTransition', { params: { id, seq } }),
    snapshot: (id) => call('showSnapshot', { params: { id } }),
    export: (id, query = {}) => call('exportAccount', { params: { id }, query }),
    capabilities: (id) => call('showCapabilities', { params: { id } }),
    untilStatus,
    untilConnected: (id, options) => untilStatus(id, 'CONNECTED', options),
  };
}

async function fetchPicture(transport: Transport, id: string, accept: string): Promise<Uint8Array> {
  const response = await transport.fetch('showQr', { params: { id } }, { headers: { accept } });
  if (!response.ok) throw await apiErrorOf(response);
  return new Uint8Array(await response.arrayBuffer());
}
