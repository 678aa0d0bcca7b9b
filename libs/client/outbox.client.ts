import type { OutboxView, ResumeOutbox } from '#libs/contracts/outbox';
import type { Transport } from './transport.js';
import { headersOf, type UnderLease } from './under-lease.js';

export interface OutboxClient {
  show(accountId: string): Promise<OutboxView>;
  /** Nothing new is begun; what is accepted waits. Outlives a restart of the runtime. */
  pause(accountId: string, under?: UnderLease): Promise<OutboxView>;
  /** `{ waiting: 'fail' }` gives up what waits now; else it is sent. */
  resume(accountId: string, how?: ResumeOutbox, under?: UnderLease): Promise<OutboxView>;
}

export function createOutboxClient({ call }: Transport): OutboxClient {
  return {
    show: (id) => call('showOutbox', { params: { id } }),
    pause: (id, under) => call('pauseOutbox', { params: { id }, headers: headersOf(under) }),
    resume: (id, body = {}, under) => call('resumeOutbox', { params: { id }, headers: headersOf(under), body }),
  };
}
