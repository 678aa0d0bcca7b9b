import { Inject, Injectable } from '@nestjs/common';
import type { SupervisionView } from '#libs/contracts/supervision';
import { RuntimeState } from '#src/observability/runtime-state';
import { NODE_ID } from './stores.js';

/** What a node can say of its supervisors at this moment; all of it is in memory. */
export interface NodeSupervision {
  report(): Pick<SupervisionView, 'parts' | 'engines' | 'branches' | 'launches' | 'accounts'>;
}
export const NODE_SUPERVISION = Symbol('NodeSupervision');

@Injectable()
export class SupervisionQueries {
  constructor(
    @Inject(NODE_SUPERVISION) private readonly supervision: NodeSupervision,
    @Inject(NODE_ID) private readonly nodeId: string,
    private readonly runtime: RuntimeState,
  ) {}

  show(): SupervisionView {
    const now = Date.now();
    return {
      node: this.nodeId,
      pid: process.pid,
      at: new Date(now).toISOString(),
      since: new Date(now - process.uptime() * 1_000).toISOString(),
      phase: this.runtime.phase,
      ...this.supervision.report(),
    };
  }
}
