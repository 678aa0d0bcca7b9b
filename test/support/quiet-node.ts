import type { SupervisionView } from '#libs/contracts/supervision';

/** A node with nothing to supervise. */
export const QUIET_NODE: Pick<SupervisionView, 'parts' | 'engines' | 'branches' | 'launches' | 'accounts'> = {
  parts: [],
  engines: {
    accountsMax: 8,
    restart: 'temporary',
    browserMbMax: 1_200,
    measuredAt: null,
    hosts: [],
    hostsLeftOut: 0,
    lost: 0,
    lastLost: null,
  },
  branches: [],
  launches: [],
  accounts: {
    total: 0,
    byStatus: { DISCONNECTED: 0, CONNECTING: 0, QR_READY: 0, AUTHENTICATING: 0, CONNECTED: 0, FAILED: 0 },
    troubled: [],
    troubledLeftOut: 0,
  },
};
