import type { MusterEvent } from '#libs/contracts/events';

/** Carries news to whoever listens on this node. A listener that throws never harms the publisher or the others. */
export interface EventBus {
  publish(event: MusterEvent): void;
  /** Answers the function that ends the subscription. */
  subscribe(listener: (event: MusterEvent) => void): () => void;
}
