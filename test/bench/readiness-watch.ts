import { setTimeout as delay } from 'node:timers/promises';

/** What a probe of /health/ready saw while something else was measured. */
export interface ReadinessSeen {
  /** Answers other than 200: each would take the runtime out of a load balancer. */
  readonly unready: number;
  /** The longest hold-up of the event loop that readiness told. */
  readonly loopDelayMsMax: number;
}

export interface ReadinessWatch {
  /** Ends the watching. */
  end(): Promise<ReadinessSeen>;
}

/** As often as a nervous load balancer. */
const ASK_EVERY_MS = 250;

/** Asks from now on; the runtime must be ready already. */
export function watchReadiness(url: string): ReadinessWatch {
  let unready = 0;
  let loopDelayMsMax = 0;
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const answer = await fetch(`${url}/health/ready`);
      const { details } = (await answer.json()) as { details: Record<string, { delayMs?: number }> };
      if (!answer.ok) unready += 1;
      loopDelayMsMax = Math.max(loopDelayMsMax, details['event_loop']?.delayMs ?? 0);
      await delay(ASK_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  watching.catch(() => undefined); // told by `end`
  return {
    async end() {
      ended.abort();
      await watching;
      return { unready, loopDelayMsMax };
    },
  };
}
