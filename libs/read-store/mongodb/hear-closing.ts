import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';

/** What of the driver's connections is known here. */
interface Connection extends EventEmitter {
  /** Why it is closed. */
  readonly error: Error | null;
  writeCommand: (this: Connection, ...args: unknown[]) => Promise<void>;
}

let hears = false;

/**
 * mongodb 7.9.0 waits for ever when a connection closes while a command is being written, or has died and is not yet heard
 * closing: `write` answers false, and no `drain` follows. An operation then never ends, and where it is the driver's own
 * look at the server, the server is taken for dead until the process ends. From here on what is written fails with its
 * connection.
 */
export const hearClosing = (): void => {
  if (hears) return;
  hears = true;
  const require = createRequire(import.meta.url);
  const { Connection } = require('mongodb/lib/cmap/connection') as {
    readonly Connection: { prototype: Connection };
  };
  const write = Connection.prototype.writeCommand;
  Connection.prototype.writeCommand = async function (...args) {
    const { promise: closed, reject } = Promise.withResolvers<never>();
    const onClose = (): void => reject(this.error ?? new Error('closed'));
    this.once('close', onClose);
    try {
      await Promise.race([write.apply(this, args), closed]);
    } finally {
      this.off('close', onClose);
    }
  };
};
