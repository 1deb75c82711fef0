import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../../../libs/engine/port.ts';
import { Needs } from '../access/scope.ts';
import { UseEngine } from '../engine.ts';
import { ApiProblems } from '../http/api-operation.ts';
import { ApiParameters, readParameters } from '../http/parameters.ts';
import { responseSink } from './response-sink.ts';
import { streamParameters, wanted } from './stream-parameters.ts';

const example = `retry: 2000
: open

data: {"specversion":"1.0","id":"0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2","source":"urn:leadfold","type":"leadfold.lead.captured","subject":"lead-4711","time":"2018-03-01T08:30:00.000Z","recordedtime":"2018-03-01T08:30:00.412Z","dataschema":"urn:leadfold:event:LeadCaptured:1","datacontenttype":"application/json","partitionkey":"lead-4711","position":"81234","data":{"leadId":"lead-4711","origin":"organic_search"}}
id: 81234

`;

@ApiTags('lifecycle')
@Controller('v1/events/stream')
export class StreamController {
  constructor(@UseEngine() private readonly engine: Engine) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'Follow lifecycle events as server-sent events',
    description:
      'Each event is a CloudEvent 1.0 in JSON, without personal data. Its id is the position in the log: a client that was cut off comes again with it as Last-Event-ID, as browsers do by themselves, and misses nothing. Docs: asyncapi.yaml.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Position of the last event that the client has; it counts for more than `after`',
    schema: { type: 'integer', minimum: 0 },
    example: 81234,
  })
  @ApiParameters(streamParameters)
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' }, example } } })
  @ApiProblems({ 400: 'A parameter is malformed', 503: 'A store is away' })
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const wishes = wanted(readParameters(streamParameters, request.query), request.headers['last-event-id']);
    const { raw } = reply;
    // The answer never ends, so the framework is not to wait for it.
    reply.hijack();
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // Proxies that gather answers would keep events back.
      'x-accel-buffering': 'no',
    };
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200);
    if (request.method === 'HEAD') {
      raw.end();
      return;
    }
    const gone = this.engine.lifecycle.streams.open(responseSink(raw), wishes);
    raw.once('close', gone);
    // Cut off, not ended: what its buffers hold is no longer for who comes with a withdrawn key.
    raw.once(
      'close',
      request.endWithKey('read', () => void raw.destroy()),
    );
  }
}
