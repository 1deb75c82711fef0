import type { ServerResponse } from 'node:http';
import type { Sink } from '../../../libs/lifecycle/index.ts';

/** An HTTP response as a stream's sink. */
export const responseSink = (response: ServerResponse): Sink => ({
  write: chunk => response.write(chunk),
  onDrained: callback => void response.once('drain', callback),
  end: () => void response.end(),
  drop: () => void response.destroy(),
});
