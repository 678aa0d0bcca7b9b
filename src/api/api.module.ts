import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApplicationModule } from '#src/application/application.module';
import { AccountManagerController } from './http/account-manager.controller.js';
import { AccountsController } from './http/accounts.controller.js';
import { ChatsController } from './http/chats.controller.js';
import { DeliveriesController } from './http/deliveries.controller.js';
import { EventsController } from './http/events.controller.js';
import { FenceGuard } from './http/fence.guard.js';
import { HealthController } from './http/health.controller.js';
import { MachinesController } from './http/machines.controller.js';
import { MediaController } from './http/media.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { OutboxController } from './http/outbox.controller.js';
import { PairingController } from './http/pairing.controller.js';
import { RuntimeController } from './http/runtime.controller.js';
import { SupervisionController } from './http/supervision.controller.js';
import { StatsController } from './http/stats.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';

/** The public door. Expects RuntimeState, Metrics, CommittedStates and the stores from a global module. */
@Module({
  imports: [ApplicationModule],
  providers: [{ provide: APP_GUARD, useClass: FenceGuard }],
  controllers: [
    RuntimeController,
    HealthController,
    EventsController,
    AccountsController,
    PairingController,
    MessagesController,
    MediaController,
    OutboxController,
    ChatsController,
    MachinesController,
    SupervisionController,
    WebhooksController,
    AccountManagerController,
    DeliveriesController,
    StatsController,
  ],
})
export class ApiModule {}
