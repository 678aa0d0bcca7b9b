import { Module } from '@nestjs/common';
import { AccountsQueries } from './accounts.queries.js';
import { AccountsService } from './accounts.service.js';
import { CapabilitiesQueries } from './capabilities.queries.js';
import { ChatsService } from './chats.service.js';
import { EventsQueries } from './events.queries.js';
import { AccountProbe } from './leasing/account-probe.js';
import { AllocationRequestsQueries } from './leasing/allocation-requests.queries.js';
import { FenceGate } from './leasing/fence-gate.js';
import { LeaseHealthService } from './leasing/lease-health.service.js';
import { LeasesService } from './leasing/leases.service.js';
import { LimitRulesService } from './leasing/limit-rules.service.js';
import { LiveLeasesQueries } from './leasing/live-leases.queries.js';
import { UsageService } from './leasing/usage.service.js';
import { WaitingList } from './leasing/waiting-list.js';
import { MachinesQueries } from './machines.queries.js';
import { MediaService } from './media.service.js';
import { MessagesQueries } from './messages.queries.js';
import { MessagesService } from './messages.service.js';
import { OutboxService } from './outbox.service.js';
import { SupervisionQueries } from './supervision.queries.js';
import { StatsQueries } from './stats.queries.js';
import { WebhooksQueries } from './webhooks.queries.js';
import { WebhooksService } from './webhooks.service.js';

const useCases = [
  AccountProbe,
  FenceGate,
  WaitingList,
  AllocationRequestsQueries,
  LiveLeasesQueries,
  LeasesService,
  UsageService,
  LeaseHealthService,
  LimitRulesService,
  EventsQueries,
  AccountsService,
  AccountsQueries,
  MediaService,
  MessagesService,
  MessagesQueries,
  OutboxService,
  CapabilitiesQueries,
  ChatsService,
  MachinesQueries,
  SupervisionQueries,
  StatsQueries,
  WebhooksService,
  WebhooksQueries,
];

/** The use-cases. The stores, the router and the bus come from the composition root's global module (stores.ts). */
@Module({ providers: useCases, exports: useCases })
export class ApplicationModule {}
