import { Injectable } from '@nestjs/common';
import type { AllocationRequest } from '#libs/contracts/account-manager/allocation-request';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { WaitingList } from './waiting-list.js';

/** Who waits for an account. */
@Injectable()
export class AllocationRequestsQueries {
  constructor(private readonly waiting: WaitingList) {}

  /** In the order of their turns. */
  list(): readonly AllocationRequest[] {
    return this.waiting.list().map(({ id, userId, serviceName, purpose, priority, sinceMs, untilMs }, at) => ({
      id,
      user_id: userId,
      service_name: serviceName,
      purpose,
      priority,
      position: at + 1,
      since: new Date(sinceMs).toISOString(),
      wait_until: new Date(untilMs).toISOString(),
    }));
  }

  show(id: string): Outcome<AllocationRequest> {
    const found = this.list().find((request) => request.id === id);
    return found ? accepted(found) : refused('request_not_found');
  }

  leave(id: string): Outcome<null> {
    return this.waiting.leave(id) ? accepted(null) : refused('request_not_found');
  }
}
