import { Controller, Delete, Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { AccountHealth, HealthPage, Recovery } from '#libs/contracts/account-manager/account-health';
import type { AllocationRequest, AllocationRequests } from '#libs/contracts/account-manager/allocation-request';
import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import type { Extended, LeaseView, LiveLease, Released } from '#libs/contracts/account-manager/lease';
import type { HandledError } from '#libs/contracts/account-manager/lease-error';
import type { LimitRules } from '#libs/contracts/account-manager/limit-rule';
import type { CheckView, RateLimitStatus, RecordView } from '#libs/contracts/account-manager/rate-limit';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import { AllocationRequestsQueries } from '#src/application/leasing/allocation-requests.queries';
import { LeaseHealthService } from '#src/application/leasing/lease-health.service';
import { LeasesService } from '#src/application/leasing/leases.service';
import { LimitRulesService } from '#src/application/leasing/limit-rules.service';
import { LiveLeasesQueries } from '#src/application/leasing/live-leases.queries';
import { UsageService } from '#src/application/leasing/usage.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(`${API_PREFIX}/account-manager`)
export class AccountManagerController {
  constructor(
    private readonly leases: LeasesService,
    private readonly usage: UsageService,
    private readonly lookAfter: LeaseHealthService,
    private readonly rules: LimitRulesService,
    private readonly requests: AllocationRequestsQueries,
    private readonly living: LiveLeasesQueries,
  ) {}

  @Post('allocate')
  @HttpCode(200)
  async allocate(
    @Input('allocateLease') { body }: OperationInput<'allocateLease'>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeaseView> {
    return valueOf(await this.leases.allocate(body, leftOf(reply)));
  }

  @Get('leases')
  list(@Input('listLeases') { query }: OperationInput<'listLeases'>): Promise<Page<LiveLease>> {
    return this.living.list(query);
  }

  @Get('allocation-requests')
  listWaiting(): AllocationRequests {
    return { items: [...this.requests.list()] };
  }

  @Get('allocation-requests/:id')
  showWaiting(@Input('showAllocationRequest') { params }: OperationInput<'showAllocationRequest'>): AllocationRequest {
    return valueOf(this.requests.show(params.id));
  }

  @Delete('allocation-requests/:id')
  @HttpCode(204)
  stopWaiting(@Input('leaveAllocationRequests') { params }: OperationInput<'leaveAllocationRequests'>): void {
    valueOf(this.requests.leave(params.id));
  }

  @Post('release/:id')
  @HttpCode(200)
  async release(@Input('releaseLease') { params, body }: OperationInput<'releaseLease'>): Promise<Released> {
    return valueOf(await this.leases.release(params.id, body));
  }

  @Post('extend/:id')
  @HttpCode(200)
  async extend(@Input('extendLease') { params, body }: OperationInput<'extendLease'>): Promise<Extended> {
    return valueOf(await this.leases.extend(params.id, body));
  }

  @Get('health/:id')
  async health(@Input('showLeaseHealth') { params }: OperationInput<'showLeaseHealth'>): Promise<AccountHealth> {
    return valueOf(await this.lookAfter.show(params.id));
  }

  @Get('accounts/health')
  listHealth(@Input('listLeaseHealth') { query }: OperationInput<'listLeaseHealth'>): Promise<HealthPage> {
    return this.lookAfter.list(query);
  }

  @Post('rate-limit/check/:id')
  @HttpCode(200)
  async check(@Input('checkRateLimit') { params, body }: OperationInput<'checkRateLimit'>): Promise<CheckView> {
    return valueOf(await this.usage.check(params.id, body));
  }

  @Post('rate-limit/record/:id')
  @HttpCode(200)
  async record(@Input('recordRateLimit') { params, body }: OperationInput<'recordRateLimit'>): Promise<RecordView> {
    return valueOf(await this.usage.record(params.id, body));
  }

  @Get('rate-limit/status/:id')
  async status(@Input('showRateLimit') { params }: OperationInput<'showRateLimit'>): Promise<RateLimitStatus> {
    return valueOf(await this.usage.status(params.id));
  }

  @Post('handle-error/:id')
  @HttpCode(200)
  async handleError(
    @Input('handleLeaseError') { params, body }: OperationInput<'handleLeaseError'>,
  ): Promise<HandledError> {
    return valueOf(await this.lookAfter.handleError(params.id, body));
  }

  @Get('stats/recovery')
  recovery(): Promise<Recovery> {
    return this.lookAfter.recovery();
  }

  @Get('ledger')
  ledger(@Input('listLedger') { query }: OperationInput<'listLedger'>): Promise<Page<LedgerLine>> {
    return this.rules.ledger(query);
  }

  @Get('limits')
  listRules(): Promise<LimitRules> {
    return this.rules.list();
  }

  @Post('limits')
  @HttpCode(200)
  async putRule(@Input('putLimitRule') { body }: OperationInput<'putLimitRule'>): Promise<LimitRules> {
    return valueOf(await this.rules.put(body));
  }

  @Post('channel-stops/lift')
  @HttpCode(200)
  async liftStop(@Input('liftChannelStop') { body }: OperationInput<'liftChannelStop'>): Promise<{ lifted: boolean }> {
    return { lifted: await this.lookAfter.liftStop(body.user_id, body.purpose, body.target_channel_id) };
  }
}

/** Aborted when the connection closes before the answer has gone out. */
function leftOf({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => raw.writableFinished || left.abort());
  return left.signal;
}
