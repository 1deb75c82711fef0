import type { LifecycleEvent } from '../port.ts';

const texts = new WeakMap<LifecycleEvent, string>();

/** The event as a `data:` line. It is made once, however many clients it goes to. */
const dataLine = (event: LifecycleEvent): string => {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const line = `data: ${JSON.stringify(event.cloudEvent)}\n`;
  texts.set(event, line);
  return line;
};

/**
 * Events as server-sent events. `id` is the position in the log. Of events that share a position only the last has it, so that a client who
 * is cut off between them is sent both again.
 */
export const frames = (events: readonly LifecycleEvent[]): string => {
  let text = '';
  for (const [index, event] of events.entries()) {
    const last = events[index + 1]?.position !== event.position;
    text += last ? `${dataLine(event)}id: ${event.position}\n\n` : `${dataLine(event)}\n`;
  }
  return text;
};

/**
 * What is sent when there is nothing to tell: it keeps the connection open, and moves the client's place in the log, so that resuming
 * after a quiet week doesn't mean reading through it.
 */
export const heartbeat = (position: number): string => `: nothing new\nid: ${position}\n\n`;

/** What a stream begins with: how long a client waits before it comes again, and that the stream is open. */
export const opening = (retryMs: number): string => `retry: ${retryMs}\n: open\n\n`;
