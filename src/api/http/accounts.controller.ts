import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import type { AccountView, CommandedAccount } from '#libs/contracts/account';
import type { AccountExport } from '#libs/contracts/account-export';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import type { AccountSnapshotView, PastAccountView } from '#libs/contracts/snapshot';
import type { TransitionView } from '#libs/contracts/transition';
import { AccountsQueries } from '#src/application/accounts.queries';
import { AccountsService } from '#src/application/accounts.service';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(`${API_PREFIX}/accounts`)
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly queries: AccountsQueries,
  ) {}

  @Post()
  async create(@Input('createAccount') { body }: OperationInput<'createAccount'>): Promise<AccountView> {
    return valueOf(await this.accounts.create(body));
  }

  @Get()
  list(@Input('listAccounts') { query }: OperationInput<'listAccounts'>): Promise<Page<AccountView>> {
    return this.queries.list(query);
  }

  @Get(':id')
  async show(@Input('showAccount') { params }: OperationInput<'showAccount'>): Promise<AccountView> {
    return valueOf(await this.queries.show(params.id));
  }

  @Patch(':id')
  async patch(@Input('patchAccount') { params, body }: OperationInput<'patchAccount'>): Promise<AccountView> {
    return valueOf(await this.accounts.patch(params.id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Input('deleteAccount') { params }: OperationInput<'deleteAccount'>): Promise<void> {
    valueOf(await this.accounts.delete(params.id));
  }

  @Post(':id/connect')
  @HttpCode(202)
  async connect(@Input('connectAccount') { params }: OperationInput<'connectAccount'>): Promise<CommandedAccount> {
    return valueOf(await this.accounts.command(params.id, 'connect'));
  }

  @Post(':id/disconnect')
  @HttpCode(202)
  async disconnect(
    @Input('disconnectAccount') { params }: OperationInput<'disconnectAccount'>,
  ): Promise<CommandedAccount> {
    return valueOf(await this.accounts.command(params.id, 'disconnect'));
  }

  @Post(':id/restart')
  @HttpCode(202)
  async restart(@Input('restartAccount') { params }: OperationInput<'restartAccount'>): Promise<CommandedAccount> {
    return valueOf(await this.accounts.command(params.id, 'restart'));
  }

  @Post(':id/logout')
  @HttpCode(202)
  async logout(@Input('logoutAccount') { params }: OperationInput<'logoutAccount'>): Promise<CommandedAccount> {
    return valueOf(await this.accounts.command(params.id, 'logout'));
  }

  @Get(':id/transitions')
  async transitions(
    @Input('listTransitions') { params, query }: OperationInput<'listTransitions'>,
  ): Promise<Page<TransitionView>> {
    return valueOf(await this.queries.transitions(params.id, query));
  }

  @Get(':id/transitions/:seq')
  async transition(@Input('showTransition') { params }: OperationInput<'showTransition'>): Promise<PastAccountView> {
    return valueOf(await this.queries.past(params.id, params.seq));
  }

  @Get(':id/snapshot')
  async snapshot(@Input('showSnapshot') { params }: OperationInput<'showSnapshot'>): Promise<AccountSnapshotView> {
    return valueOf(await this.queries.snapshot(params.id));
  }

  @Get(':id/export')
  async export(@Input('exportAccount') { params, query }: OperationInput<'exportAccount'>): Promise<AccountExport> {
    return valueOf(await this.queries.export(params.id, query));
  }
}
