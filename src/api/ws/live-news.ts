import type { MusterEvent } from '#libs/contracts/events';
import { HEALTH_LOOK_EVERY_MS } from '#libs/contracts/limits/news';
import type { StreamFrame } from '#libs/contracts/stream';
import type { EventBus } from '#src/events/event-bus';
import type { RuntimeState } from '#src/observability/runtime-state';

/** What is told live only, without a cursor: what the supervisor did, how far logins are, changes of the runtime's health. */
export interface LiveNews {
  close(): void;
}

/** Topics that have such news. */
export type LiveTopic = 'supervisor' | 'health' | 'accounts';

export interface LiveNewsParts {
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly state: RuntimeState;
  readonly tell: (frame: StreamFrame & { readonly topic: LiveTopic }) => void;
  /** Is anybody there? Ten thousand accounts that start have many notes. */
  readonly isHeard: () => boolean;
  /** Does anybody listen to health? With nobody there no part is asked. */
  readonly isHealthWanted: () => boolean;
}

export function tellLiveNews({ bus, state, tell, isHeard, isHealthWanted }: LiveNewsParts): LiveNews {
  const unsubscribe = bus.subscribe((event) => {
    if (event.event === 'supervisor.noted' && isHeard()) tell(noteFrame(event));
    if (event.event === 'account.loading' && isHeard()) tell(loadingFrame(event));
  });
  let known: string | null = null;
  const look = async (): Promise<void> => {
    if (!isHealthWanted()) return void (known = null);
    const health = await readHealth(state);
    const text = JSON.stringify(health);
    if (known !== null && known !== text) tell(frameOf('health', 'health.changed', null, health));
    known = text;
  };
  const timer = setInterval(() => void look(), HEALTH_LOOK_EVERY_MS);
  return {
    close() {
      unsubscribe();
      clearInterval(timer);
    },
  };
}

/** Which part is up; not its figures, which change all the time. */
async function readHealth(state: RuntimeState): Promise<StreamFrame['data']> {
  const parts = await state.checkParts();
  const status = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.status]));
  return { phase: state.phase, parts: status };
}

const noteFrame = ({ accountId, at, what, data }: MusterEvent & { event: 'supervisor.noted' }) =>
  frameOf('supervisor', what, accountId, JSON.parse(JSON.stringify(data)) as StreamFrame['data'], at);

const loadingFrame = ({ event, accountId, at, percent }: MusterEvent & { event: 'account.loading' }) =>
  frameOf('accounts', event, accountId, { percent }, at);

const frameOf = <T extends LiveTopic>(
  topic: T,
  event: string,
  accountId: string | null,
  data: StreamFrame['data'],
  at = Date.now(),
) => ({ topic, event, id: null, cursor: null, accountId, at: new Date(at).toISOString(), data });
