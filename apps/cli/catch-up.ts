import type { Engine } from '../../libs/engine/port.ts';
import { placesOf } from './log-places.ts';
import { progress } from './output/progress.ts';
import type { Terminal } from './terminal.ts';

/** Brings the read models up to date, with progress; a server on the same folder may do the same meanwhile. */
export const catchUp = async (terminal: Terminal, engine: Engine): Promise<void> => {
  const shown = progress(terminal, 'reading the log', placesOf(engine, 'events'));
  try {
    await engine.projector.catchUp({
      signal: terminal.signal,
      onProgress: ({ name, position, head }) => shown.update(position, head, name),
    });
  } finally {
    shown.end();
  }
};
