import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { measureStreams } from './measure-streams.ts';

describe('measurements of streams', () => {
  it('are what the streams say, each time anew', async () => {
    const registry = new Registry();
    const look = measureStreams(registry);
    look({ clients: 3, blocked: 1, delivered: 70 });
    look({ clients: 2, blocked: 0, delivered: 75 });
    const text = await registry.metrics();
    expect(text).toMatch(/^leadfold_stream_clients 2$/m);
    expect(text).toMatch(/^leadfold_stream_clients_blocked 0$/m);
    expect(text).toMatch(/^leadfold_stream_delivered_total 75$/m);
  });
});
