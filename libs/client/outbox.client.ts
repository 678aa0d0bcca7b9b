import type { OutboxView, ResumeOutbox } from '#libs/contracts/outbox';
import type { Transport } from './transport.js';

export interface OutboxClient {
  show(accountId: string): Promise<OutboxView>;
  /** Nothing new is begun; what is accepted waits. Outlives a restart of the runtime. */
  pause(accountId: string): Promise<OutboxView>;
  /** `{ waiting: 'fail' }` gives up what waits now; else it is sent. */
  resume(accountId: string, how?: ResumeOutbox): Promise<OutboxView>;
}

export function createOutboxClient({ call }: Transport): OutboxClient {
  return {
    show: (id) => call('showOutbox', { params: { id } }),
    pause: (id) => call('pauseOutbox', { params: { id } }),
    resume: (id, body = {}) => call('resumeOutbox', { params: { id }, body }),
  };
}
