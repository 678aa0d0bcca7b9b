import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { ChatView, ContactView, GroupView, HistoryLine, Listed, RegisteredView } from '#libs/contracts/chat';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import { ChatsService } from '#src/application/chats.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(`${API_PREFIX}/accounts/:id`)
export class ChatsController {
  constructor(private readonly chats: ChatsService) {}

  @Get('chats')
  async list(@Input('listChats') { params, query }: OperationInput<'listChats'>): Promise<Listed<ChatView>> {
    return valueOf(await this.chats.list(params.id, query));
  }

  @Get('chats/:chatId')
  async show(@Input('showChat') { params }: OperationInput<'showChat'>): Promise<ChatView> {
    return valueOf(await this.chats.show(params.id, params.chatId));
  }

  @Get('chats/:chatId/history')
  async history(
    @Input('listHistory') { params, query }: OperationInput<'listHistory'>,
  ): Promise<{ items: readonly HistoryLine[] }> {
    return valueOf(await this.chats.history(params.id, params.chatId, query.limit));
  }

  @Post('chats/:chatId/read')
  @HttpCode(204)
  async read(@Input('readChat') { params }: OperationInput<'readChat'>): Promise<void> {
    valueOf(await this.chats.markRead(params.id, params.chatId));
  }

  @Post('chats/:chatId/typing')
  @HttpCode(204)
  async type(@Input('typeInChat') { params, body }: OperationInput<'typeInChat'>): Promise<void> {
    valueOf(await this.chats.type(params.id, params.chatId, body?.state ?? 'typing'));
  }

  @Get('chats/:chatId/group')
  async group(@Input('showGroup') { params }: OperationInput<'showGroup'>): Promise<GroupView> {
    return valueOf(await this.chats.group(params.id, params.chatId));
  }

  @Get('contacts')
  async contacts(
    @Input('listContacts') { params, query }: OperationInput<'listContacts'>,
  ): Promise<Listed<ContactView>> {
    return valueOf(await this.chats.contacts(params.id, query));
  }

  @Get('contacts/:contactId')
  async contact(@Input('showContact') { params }: OperationInput<'showContact'>): Promise<ContactView> {
    return valueOf(await this.chats.contact(params.id, params.contactId));
  }

  @Get('registered')
  async registered(@Input('isRegistered') { params, query }: OperationInput<'isRegistered'>): Promise<RegisteredView> {
    return valueOf(await this.chats.registered(params.id, query.phone));
  }
}
