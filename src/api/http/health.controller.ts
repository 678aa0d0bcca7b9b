import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { CheckView, HealthView } from '#libs/contracts/health';
import { COMMITTED_STATES, type CommittedStates } from '#src/observability/committed-states';
import { memoryMb } from '#src/observability/resource-line';
import { type PartStatus, RuntimeState } from '#src/observability/runtime-state';

/** Asks parts of the process only, never an account: an account that is down makes nothing unhealthy. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly runtime: RuntimeState,
    @Inject(COMMITTED_STATES) private readonly states: CommittedStates,
  ) {}

  @Get()
  async full(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    const check = await this.check();
    void reply.code(check.status === 'ok' ? 200 : 503);
    return { ...check, ...this.listClients(), ...nowOfProcess() };
  }

  /** That it answers is the answer: the event loop turns. */
  @Get('live')
  live(): CheckView {
    return summarize({ event_loop: { status: 'up' } }, false);
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<CheckView> {
    const check = await this.check();
    void reply.code(check.status === 'ok' ? 200 : 503);
    return check;
  }

  private async check(): Promise<CheckView> {
    const parts = await this.runtime.checkParts();
    const { phase } = this.runtime;
    const runtime: PartStatus = { status: phase === 'starting' || phase === 'shutting_down' ? 'down' : 'up', phase };
    return summarize({ runtime, ...parts }, phase === 'shutting_down');
  }

  private listClients(): Pick<HealthView, 'activeClients' | 'clients'> {
    const clients: HealthView['clients'] = [];
    let activeClients = 0;
    for (const [accountId, { status, phone }] of this.states.entries()) {
      if (status === 'CONNECTED') activeClients += 1;
      clients.push({ accountId, status, hasPhone: phone !== null });
    }
    return { activeClients, clients };
  }
}

/**
 * The shape that terminus answers. Its own service was tried and left out: it throws what is down as an exception,
 * logs it at every probe, and learns of a shutdown only when Nest's hooks run, which is after intake has stopped.
 */
function summarize(details: Readonly<Record<string, PartStatus>>, shuttingDown: boolean): CheckView {
  const entries = Object.entries(details);
  const info = Object.fromEntries(entries.filter(([, { status }]) => status === 'up'));
  const error = Object.fromEntries(entries.filter(([, { status }]) => status === 'down'));
  const status = Object.keys(error).length > 0 ? 'error' : 'ok';
  return { status: shuttingDown ? 'shutting_down' : status, info, error, details: { ...details } };
}

function nowOfProcess(): Pick<HealthView, 'uptime' | 'timestamp' | 'memory'> {
  return {
    uptime: Math.round(process.uptime() * 10) / 10,
    timestamp: new Date().toISOString(),
    memory: memoryMb(),
  };
}
