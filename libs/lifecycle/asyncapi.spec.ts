import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { stringify } from 'yaml';
import { asyncApiDocument } from './asyncapi.ts';
import { recordedAt, testMapping } from './testing.ts';
import { lifecycleTypes } from './types.ts';

const document = asyncApiDocument() as {
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly name: string; readonly payload: object }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
};
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

/** Data of each event that its schema takes. */
const examples: Readonly<Record<string, object>> = {
  LeadStageChanged: { stage: 'mql', from: 'lead' },
  ScoreBandChanged: { from: null, to: 'warm', model: 'default@1' },
  EmailSent: { touchpointId: 't1' },
  EmailOpened: { touchpointId: 't1' },
  LinkClicked: { touchpointId: 't1', url: 'https://example.org/' },
  EmailUnsubscribed: { touchpointId: 't1' },
  OpportunityOpened: { opportunityId: 'o1' },
  OpportunityStageChanged: { opportunityId: 'o1', stage: 'negotiation' },
  OpportunityWon: { opportunityId: 'o1', amount: { amount: 5, currency: 'EUR' } },
  OpportunityLost: { opportunityId: 'o1' },
  OpportunityReopened: { opportunityId: 'o1' },
  OrderPlaced: { orderId: 'o1', total: { amount: 5, currency: 'EUR' } },
  OrderCancelled: { orderId: 'o1' },
  CustomerChurned: { lastOrderOn: '2026-01-01', inactiveDays: 90 },
  CustomerWonBack: { lastOrderOn: '2026-01-01', orderedOn: '2026-06-01', inactiveDays: 90 },
};

describe('docs/asyncapi.yaml', () => {
  it('says what the catalogue of events says (else run npm run docs:asyncapi)', () => {
    const file = join(import.meta.dirname, '../../docs/asyncapi.yaml');
    const current = stringify(document, { lineWidth: 120, aliasDuplicateObjects: false });
    expect(readFileSync(file, 'utf8')).toBe(current);
  });

  it('is AsyncAPI 3.0', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object;
    // It brings its own copy of what JSON Schema is.
    const standard = new Ajv({ strict: false, validateFormats: false, allErrors: true, meta: false });
    const valid = standard.validate(schema, document);
    expect(standard.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? []).toEqual(
      [],
    );
    expect(valid).toBe(true);
    expect(standard.validate(schema, { ...document, operations: { x: { action: 'shout' } } })).toBe(false);
  });

  it('refers to nothing that it does not hold', () => {
    const paths = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(match => match[1]!);
    expect(paths.length).toBeGreaterThan(lifecycleTypes.length);
    for (const path of new Set(paths)) {
      const found = path
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document);
      expect([path, typeof found]).toEqual([path, 'object']);
    }
  });

  it('has a message for each kind of lifecycle event, and no other', () => {
    const names = Object.values(document.components.messages).map(({ name }) => name);
    expect(names).toEqual(lifecycleTypes.map(({ type }) => type));
  });

  it.each(lifecycleTypes)('describes $type as it is sent', ({ type, event }) => {
    const message = Object.values(document.components.messages).find(({ name }) => name === type)!;
    const { schemas } = document.components;
    // Schemas that name themselves would be registered twice.
    const nameless = Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, { ...schema, $id: undefined }]),
    );
    const text = JSON.stringify({ ...message.payload, components: { schemas: nameless } });
    const validate = ajv.compile(JSON.parse(text) as object);
    const sent = testMapping(recordedAt(1, event, { leadId: 'l1', ...examples[event] }));
    const { cloudEvent } = sent.find(each => each.cloudEvent.type === type)!;
    const told = JSON.parse(JSON.stringify(cloudEvent)) as object;
    validate(told);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...told, data: {} })).toBe(false);
    expect(validate({ ...told, type: 'leadfold.other' })).toBe(false);
  });
});
