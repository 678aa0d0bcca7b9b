import { Module } from '@nestjs/common';
import { AccountsQueries } from './accounts.queries.js';
import { AccountsService } from './accounts.service.js';
import { MachinesQueries } from './machines.queries.js';
import { MessagesQueries } from './messages.queries.js';
import { MessagesService } from './messages.service.js';

const useCases = [AccountsService, AccountsQueries, MessagesService, MessagesQueries, MachinesQueries];

/** The use-cases. The stores, the router and the bus come from the composition root's global module (stores.ts). */
@Module({ providers: useCases, exports: useCases })
export class ApplicationModule {}
