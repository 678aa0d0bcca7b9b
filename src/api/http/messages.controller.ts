import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { FENCE_HEADER } from '#libs/contracts/account-manager/fence';
import type { MessageView } from '#libs/contracts/message';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import { MessagesQueries } from '#src/application/messages.queries';
import { MessagesService } from '#src/application/messages.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(API_PREFIX)
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly queries: MessagesQueries,
  ) {}

  @Post('accounts/:id/messages')
  @HttpCode(202)
  async send(@Input('sendMessage') { params, headers, body }: OperationInput<'sendMessage'>): Promise<MessageView> {
    const { 'idempotency-key': key = null, [FENCE_HEADER]: fence = null } = headers;
    return valueOf(await this.messages.send(params.id, body, key, fence));
  }

  @Get('accounts/:id/messages')
  async list(@Input('listMessages') { params, query }: OperationInput<'listMessages'>): Promise<Page<MessageView>> {
    return valueOf(await this.queries.list(params.id, query));
  }

  @Get('messages/:id')
  async show(@Input('showMessage') { params }: OperationInput<'showMessage'>): Promise<MessageView> {
    return valueOf(await this.queries.show(params.id));
  }
}
