/** How a command ends: done, failed, wrongly called, stopped by Ctrl-C. */
export const exit = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** The command was called with something that can't be; the message is a sentence that helps. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do its work; the message is a sentence that helps. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
