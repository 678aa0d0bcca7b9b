import { LEASE_REQUESTS_KEPT_MAX } from '#libs/contracts/limits/leasing';
import { type Outcome, refused } from '#libs/contracts/refusals';
import type { GrantedLease, LeaseParty } from '#src/persistence/leasing/lease.repository';

type Answer = Promise<Outcome<GrantedLease>>;
/** `isAgain`: everybody who asked before has left; what was leased for them may have been given back. */
export type BeginRequest = (allLeft: AbortSignal, isAgain: boolean) => Answer;

export interface RequestsWorld {
  /** Resolves when neither a grant for this request nor the return of what it got is under way any more. */
  readonly closed: (requestId: string) => Promise<void>;
  /** The lease under this id while it lives, else a refusal. */
  readonly again: (lease: LeaseParty) => Answer;
}

interface Request {
  readonly party: LeaseParty;
  readonly answer: Answer;
  /** Aborted when each of its callers has left. */
  readonly allLeft: AbortController;
  lines: number;
  lease: GrantedLease | null;
}

/**
 * Calls under one request id are one request: they share one answer, none hears of a lease before it is certain, and it is
 * left only when each of them has. A call that comes when all others have left waits until they are cleared away, and then
 * begins anew.
 */
export class SharedRequests {
  private readonly underWay = new Map<string, Request>();
  /** Whose answer may not have gone out yet; the last LEASE_REQUESTS_KEPT_MAX. */
  private readonly answered = new Map<string, Request>();

  constructor(private readonly world: RequestsWorld) {}

  share(party: LeaseParty, left: AbortSignal, begin: BeginRequest): Answer {
    // An abort that was before is told to no listener.
    if (left.aborted) return Promise.resolve(refused('waiter_left'));
    const known = this.underWay.get(party.id) ?? this.answered.get(party.id);
    if (known && !isOf(known.party, party))
      return Promise.resolve(refused('lease_over', 'Another asked under this request_id.'));
    if (!known || known.allLeft.signal.aborted) return this.open(party, left, begin, known ?? null);
    addLine(known, left);
    return known.lease === null ? known.answer : this.world.again({ ...party, id: known.lease.leaseId });
  }

  private open(party: LeaseParty, left: AbortSignal, begin: BeginRequest, former: Request | null): Answer {
    const allLeft = new AbortController();
    const answer = this.begin(party.id, () => begin(allLeft.signal, former !== null), former);
    const request: Request = { party, answer, allLeft, lines: 0, lease: null };
    addLine(request, left);
    this.underWay.set(party.id, request);
    const onAnswered = (lease: GrantedLease | null): void => this.onAnswered(request, lease);
    answer.then(
      (outcome) => onAnswered(outcome.ok ? outcome.value : null),
      () => onAnswered(null),
    );
    return answer;
  }

  private async begin(id: string, begin: () => Answer, former: Request | null): Answer {
    await former?.answer.catch(() => undefined); // whoever asked has heard of it
    await this.world.closed(id);
    return begin();
  }

  private onAnswered(request: Request, lease: GrantedLease | null): void {
    const { id } = request.party;
    request.lease = lease;
    if (this.underWay.get(id) === request) this.underWay.delete(id);
    if (lease === null && !request.allLeft.signal.aborted) return;
    this.answered.delete(id); // so that it is the newest
    this.answered.set(id, request);
    if (this.answered.size <= LEASE_REQUESTS_KEPT_MAX) return;
    for (const oldest of this.answered.keys()) return void this.answered.delete(oldest);
  }
}

function addLine(request: Request, left: AbortSignal): void {
  request.lines += 1;
  const onLeft = (): void => {
    request.lines -= 1;
    if (request.lines === 0) request.allLeft.abort();
  };
  left.addEventListener('abort', onLeft, { once: true });
}

const isOf = (one: LeaseParty, other: LeaseParty): boolean =>
  one.userId === other.userId && one.serviceName === other.serviceName;
