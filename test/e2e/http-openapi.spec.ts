import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type Document, type Harness } from './http-server.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly example?: unknown;
  readonly enum?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Media {
  readonly schema: Schema;
  readonly example?: Document;
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let server: Harness;
let document: OpenApi;

beforeAll(async () => {
  server = await startServer();
  document = (await server.get('/openapi.json')).json as unknown as OpenApi;
});

afterAll(() => server.close());

/** All but those of the metrics, of which there is one for each that the engine knows. */
const routes = [
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /v1/churn',
  'GET /v1/close-rate',
  'GET /v1/events',
  'GET /v1/events/stream',
  'GET /v1/explain/{projection}',
  'GET /v1/funnel',
  'GET /v1/leads',
  'GET /v1/leads/{id}',
  'GET /v1/leads/{id}/score',
  'GET /v1/leads/{id}/timeline',
  'GET /v1/projections',
  'GET /v1/projections/{name}',
  'GET /v1/projections/{name}/cells',
  'GET /v1/retention',
  'GET /v1/revenue',
  'GET /v1/sales-cycle',
  'GET /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'GET /v1/webhooks/{id}/deliveries',
  'DELETE /v1/webhooks/{id}',
  'PATCH /v1/leads/{id}',
  'PATCH /v1/webhooks/{id}',
  'POST /v1/leads',
  'POST /v1/leads/lookup',
  'POST /v1/leads/{id}/stage',
  'POST /v1/opportunities',
  'POST /v1/opportunities/{id}/lose',
  'POST /v1/opportunities/{id}/reopen',
  'POST /v1/opportunities/{id}/stage',
  'POST /v1/opportunities/{id}/win',
  'POST /v1/orders',
  'POST /v1/orders/{id}/cancel',
  'POST /v1/touchpoints',
  'POST /v1/webhooks',
  'POST /v1/webhooks/{id}/deliveries/{delivery}/redeliver',
  'POST /v1/webhooks/{id}/rotate-secret',
];

/** The commands, each after those that it needs. */
const inOrder = [
  'POST /v1/leads',
  'PATCH /v1/leads/{id}',
  'POST /v1/leads/{id}/stage',
  'POST /v1/touchpoints',
  'POST /v1/opportunities',
  'POST /v1/opportunities/{id}/stage',
  'POST /v1/opportunities/{id}/win',
  'POST /v1/opportunities/{id}/reopen',
  'POST /v1/opportunities/{id}/lose',
  'POST /v1/orders',
  'POST /v1/orders/{id}/cancel',
  'POST /v1/webhooks',
  'PATCH /v1/webhooks/{id}',
];

const exampleIds = { leads: 'lead-4711', opportunities: 'deal-17', orders: 'order-489434', webhooks: 'crm' };

const operationOf = (route: string): Operation => {
  const [method, path] = route.split(' ');
  return document.paths[path!]![method!.toLowerCase()]!;
};

const resolve = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;

/** An example put together from the examples of a schema's members; undefined where one is missing. */
const exampleOf = (given: Schema): unknown => {
  const schema = resolve(given);
  if ('example' in schema) return schema.example;
  const inner = schema.allOf ?? schema.oneOf;
  if (inner !== undefined) return exampleOf(inner[0]!);
  if (schema.type === 'array') return [exampleOf(schema.items!)];
  if (schema.properties === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, member]) => [name, exampleOf(member)]),
  );
};

const missingIn = (example: unknown, path = ''): readonly string[] => {
  if (example === undefined) return [path];
  if (typeof example !== 'object' || example === null) return [];
  return Object.entries(example).flatMap(([name, member]) => missingIn(member, `${path}.${name}`));
};

describe('/openapi.json', () => {
  it('describes every route and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
    );
    const metrics = server.engine.metrics.map(({ name }) => `GET /v1/${name}`);
    expect(described.sort()).toEqual([...new Set([...routes, ...metrics])].sort());
  });

  it('refers to nothing that it does not hold', () => {
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([A-Za-z]+)/g)].map(
      m => m[1]!,
    );
    expect(names.filter(name => !(name in document.components.schemas))).toEqual([]);
  });

  it.each(routes)('%s has a summary, an answer with an example, and its problems', route => {
    const operation = operationOf(route);
    expect(operation.summary).toMatch(/^[A-Z].{8,}[^.]$/);
    const { content } = operation.responses['200']!;
    const [media] = Object.values(content);
    expect(media!.schema).toBeDefined();
    expect(missingIn(media!.example ?? exampleOf(media!.schema))).toEqual([]);
    if (!route.startsWith('GET /health/live') && !route.includes('/metrics'))
      expect(operation.responses['503']!.content['application/problem+json']!.schema.$ref).toContain(
        'ProblemDocument',
      );
  });

  /** What is answered from the log itself, or never ends, has nothing to wait for. */
  const answering = routes.filter(
    route => route.startsWith('GET /v1') && !/\/stream$|\/webhooks/.test(route),
  );

  it.each(answering)('%s explains each parameter', route => {
    const parameters = operationOf(route).parameters.filter(one => one.in === 'query');
    expect(parameters.map(one => one.name)).toContain('atLeast');
    for (const parameter of parameters)
      expect(parameter).toMatchObject({ description: expect.stringMatching(/.{8}/), required: false });
  });

  it('describes each metric with its own parameters, and rows as the endpoint answers them', async () => {
    const columns = (rows: readonly object[]): string[] => Object.keys(rows[0] ?? {}).sort();
    for (const { name, params = {} } of server.engine.metrics) {
      const operation = operationOf(`GET /v1/${name}`);
      const parameters = operation.parameters.map(one => one.name);
      expect(parameters).toEqual(expect.arrayContaining(['from', 'to', 'atLeast', ...Object.keys(params)]));
      const { example } = operation.responses['200']!.content['application/json']!;
      const { json: answer } = await server.get(`/v1/${name}`);
      expect(Object.keys(example!).sort()).toEqual(Object.keys(answer).sort());
      expect(example!.rows.length).toBeGreaterThan(0);
      // Where there is nothing to tell of, some metrics have no rows.
      if (answer.rows.length > 0)
        expect([name, columns(example!.rows)]).toEqual([name, columns(answer.rows)]);
    }
  });

  it('has examples of bodies that the server takes', async () => {
    for (const route of inOrder) {
      const [method, path] = route.split(' ');
      const body = exampleOf(operationOf(route).requestBody.content['application/json']!.schema) as Record<
        string,
        unknown
      >;
      if ('expectedRevision' in body) delete body.expectedRevision;
      const id = exampleIds[path!.split('/')[2] as keyof typeof exampleIds];
      const answer = await server.call(path!.replace('{id}', id), { method: method!, body });
      expect([route, answer.status, answer.text]).toEqual([
        route,
        expect.any(Number),
        expect.not.stringContaining('problem'),
      ]);
    }
    const lookup = await server.post('/v1/leads/lookup', { email: 'ada@example.org' });
    expect(lookup.json).toEqual(exampleOf({ $ref: '#/components/schemas/LeadFound' }));
  });

  it('describes every type of touchpoint, so that one made by it is taken', async () => {
    const { oneOf } = document.components.schemas.Touchpoint!;
    expect(oneOf).toHaveLength(12);
    const touchpoints = oneOf!.map((schema, n) => ({
      id: `t-${n}`,
      leadId: 'lead-4711',
      type: schema.properties!.type!.enum![0],
      ...Object.fromEntries(
        Object.entries(schema.properties!)
          .filter(([name]) => !['id', 'leadId', 'type', 'occurredAt'].includes(name))
          .map(([name]) => [name, name === 'status' ? '5.1.1' : 'x']),
      ),
    }));
    const { json: answer } = await server.post('/v1/touchpoints', { touchpoints });
    expect(answer.results.filter(one => one.outcome !== 'appended')).toEqual([]);
  });
});
