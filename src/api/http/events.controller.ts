import { Controller, Get } from '@nestjs/common';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { FoundEvents } from '#libs/contracts/event-search';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { Page } from '#libs/contracts/page';
import { EventsQueries } from '#src/application/events.queries';
import { valueOf } from '../problem.js';
import { Input } from './input.decorator.js';

@Controller(API_PREFIX)
export class EventsController {
  constructor(private readonly events: EventsQueries) {}

  @Get('events')
  async list(@Input('listEvents') { query }: OperationInput<'listEvents'>): Promise<Page<LoggedEvent>> {
    return valueOf(await this.events.list(query));
  }

  @Get('events/search')
  search(@Input('searchEvents') { query }: OperationInput<'searchEvents'>): Promise<FoundEvents> {
    return this.events.search(query);
  }
}
