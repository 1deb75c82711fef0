import { catalog } from '../domain/catalog.ts';
import { schemaUrn } from './mapping.ts';
import { lifecycleTypes, type LifecycleType } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/** `leadfold.lead.stage-changed` as a key of the document. */
const keyOf = ({ type }: LifecycleType): string => type.replace('leadfold.', '').replaceAll(/[.-]/g, '_');

const ref = (path: string): Json => ({ $ref: `#/${path}` });

const envelope: Json = {
  type: 'object',
  description: 'A CloudEvent 1.0 in structured JSON',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'recordedtime',
    'dataschema',
    'datacontenttype',
    'partitionkey',
    'position',
    'data',
  ],
  properties: {
    specversion: { type: 'string', const: '1.0' },
    id: {
      type: 'string',
      format: 'uuid',
      description: 'Always the same for the same event: what was seen is a repeat',
    },
    source: { type: 'string', description: 'The workspace; with `id` it names an event anywhere' },
    type: { type: 'string' },
    subject: { type: 'string', description: "The lead's id" },
    time: { type: 'string', format: 'date-time', description: 'When it happened' },
    recordedtime: { type: 'string', format: 'date-time', description: 'When the log took it' },
    dataschema: { type: 'string', description: "URN of the data's JSON Schema, in docs/events" },
    datacontenttype: { type: 'string', const: 'application/json' },
    partitionkey: { type: 'string', description: "The lead's id: events of one lead come in order" },
    position: { type: 'string', pattern: '^\\d+$', description: 'Place in the log, in decimal digits' },
    data: { type: 'object' },
  },
};

/** The data's schema; only Kafka's topics that are configured to carry personal data have its `personal` member. */
const dataSchema = (event: string): Json => {
  const definition = catalog.get(event);
  if (definition === undefined) throw new Error(`there is no event ${event}`);
  const { version, description, schema } = definition;
  return {
    $id: schemaUrn(event, version),
    title: event,
    description,
    ...(JSON.parse(JSON.stringify(schema)) as Json),
  };
};

const messageOf = (kind: LifecycleType): Json => ({
  name: kind.type,
  title: kind.type,
  summary: kind.description,
  contentType: 'application/cloudevents+json; charset=utf-8',
  payload: {
    allOf: [
      ref('components/schemas/CloudEvent'),
      {
        type: 'object',
        properties: {
          type: { type: 'string', const: kind.type },
          dataschema: { type: 'string', const: schemaUrn(kind.event, catalog.get(kind.event)?.version ?? 1) },
          data: ref(`components/schemas/${kind.event}`),
        },
      },
    ],
  },
});

const webhookHeaders: Json = {
  type: 'object',
  required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'webhook-id': { type: 'string', description: "The CloudEvent's id" },
    'webhook-timestamp': { type: 'string', description: 'When this attempt was made, seconds since 1970' },
    'webhook-signature': {
      type: 'string',
      description:
        '`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, keyed by the bytes in the secret; several, with a blank between, while a secret is being replaced (Standard Webhooks 1.0)',
    },
  },
};

const channelMessages = Object.fromEntries(
  lifecycleTypes.map(kind => [keyOf(kind), ref(`components/messages/${keyOf(kind)}`)]),
);

const channels: Json = {
  stream: {
    address: '/v1/events/stream',
    title: 'Server-sent events',
    description:
      'Each event is `data: <CloudEvent>` and `id: <position>`. A client that was cut off comes again with the id as Last-Event-ID. `types` chooses types, `after` a position to begin after.',
    servers: [ref('servers/http')],
    messages: channelMessages,
    bindings: {
      http: { bindingVersion: '0.3.0' },
    },
  },
  webhook: {
    address: null,
    title: 'Webhooks',
    description:
      "Posted to the address that was registered by POST /v1/webhooks. Any 2xx acknowledges; 410 ends the deliveries; anything else is tried again for three days. A lead's events come one after the other.",
    messages: channelMessages,
  },
  kafka: {
    address: 'leadfold.lifecycle',
    title: 'Kafka',
    description:
      'The key is the lead’s id. Topics, their types and whether they carry personal data are configuration.',
    servers: [ref('servers/kafka')],
    messages: channelMessages,
    bindings: { kafka: { partitions: 12, bindingVersion: '0.5.0' } },
  },
};

const operation = (channel: string, summary: string, more: Json = {}): Json => ({
  action: 'send',
  channel: ref(`channels/${channel}`),
  summary,
  ...more,
});

/** The AsyncAPI 3.0 document of all ways to follow lifecycle events, as the catalogue of events has them. */
export const asyncApiDocument = (): Json => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Leadfold lifecycle events',
    version: '1',
    description:
      'What happens to leads, for other systems: as server-sent events, by webhooks and in Kafka. Every event comes at least once, those of a lead in the order of the log.',
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  defaultContentType: 'application/cloudevents+json; charset=utf-8',
  servers: {
    http: {
      host: '127.0.0.1:3000',
      protocol: 'http',
      description: 'Leadfold itself; LEADFOLD_HOST and LEADFOLD_PORT',
      security: [ref('components/securitySchemes/apiKey')],
    },
    kafka: { host: '127.0.0.1:9092', protocol: 'kafka', description: 'The brokers of LEADFOLD_KAFKA' },
  },
  channels,
  operations: {
    streamEvents: operation('stream', 'Stream what happens to clients', {
      bindings: { http: { method: 'GET', bindingVersion: '0.3.0' } },
    }),
    postEvents: operation('webhook', 'Post what happens to webhooks', {
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
      traits: [ref('components/operationTraits/signed')],
    }),
    publishEvents: operation('kafka', 'Publish what happens to a topic', {
      bindings: {
        kafka: { clientId: { type: 'string', const: 'leadfold' }, bindingVersion: '0.5.0' },
      },
    }),
  },
  components: {
    securitySchemes: {
      apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with scope read' },
    },
    operationTraits: {
      signed: {
        description:
          'Each request has the headers of #/components/schemas/WebhookHeaders; a receiver verifies them before it believes the body.',
      },
    },
    messages: Object.fromEntries(lifecycleTypes.map(kind => [keyOf(kind), messageOf(kind)])),
    schemas: {
      CloudEvent: envelope,
      WebhookHeaders: webhookHeaders,
      ...Object.fromEntries(lifecycleTypes.map(({ event }) => [event, dataSchema(event)])),
    },
  },
});
