import type { MusterEvent } from '#libs/contracts/events';
import type { EventBus } from './event-bus.js';

/** One node is a cluster of one: news stays in this process, delivered in the order of publishing. */
export function createLocalEventBus(onListenerError: (error: unknown, event: MusterEvent) => void): EventBus {
  const listeners = new Set<(event: MusterEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onListenerError(error, event);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
