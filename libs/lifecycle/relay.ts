import type { SubscriptionStatus } from './port.ts';

/** Something that brings lifecycle events elsewhere while it runs. */
export interface RelayPart {
  start(): void;
  stop(): Promise<void>;
  status(): readonly SubscriptionStatus[];
}

/** All of them; a server with the role `relay` starts it. */
export const createRelay = (parts: readonly RelayPart[]): RelayPart => ({
  start: () => {
    for (const part of parts) part.start();
  },
  stop: async () => {
    await Promise.all(parts.map(part => part.stop()));
  },
  status: () => parts.flatMap(part => part.status()),
});
