import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { CapabilitiesView } from '#libs/contracts/capabilities';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { OutboxView } from '#libs/contracts/outbox';
import { CapabilitiesQueries } from '#src/application/capabilities.queries';
import { OutboxService } from '#src/application/outbox.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(`${API_PREFIX}/accounts/:id`)
export class OutboxController {
  constructor(
    private readonly outbox: OutboxService,
    private readonly capabilities: CapabilitiesQueries,
  ) {}

  @Get('outbox')
  async show(@Input('showOutbox') { params }: OperationInput<'showOutbox'>): Promise<OutboxView> {
    return valueOf(await this.outbox.show(params.id));
  }

  @Post('outbox/pause')
  @HttpCode(200)
  async pause(@Input('pauseOutbox') { params }: OperationInput<'pauseOutbox'>): Promise<OutboxView> {
    return valueOf(await this.outbox.pause(params.id));
  }

  @Post('outbox/resume')
  @HttpCode(200)
  async resume(@Input('resumeOutbox') { params, body }: OperationInput<'resumeOutbox'>): Promise<OutboxView> {
    return valueOf(await this.outbox.resume(params.id, body?.waiting ?? 'send'));
  }

  @Get('capabilities')
  async showCapabilities(
    @Input('showCapabilities') { params }: OperationInput<'showCapabilities'>,
  ): Promise<CapabilitiesView> {
    return valueOf(await this.capabilities.ofAccount(params.id));
  }
}
