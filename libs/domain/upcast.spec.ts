import { describe, expect, it } from '@jest/globals';
import { Type } from '@sinclair/typebox';
import { catalog } from './catalog.ts';
import { defineEvent, type EventDefinition } from './define-event.ts';
import type { RecordedEvent } from './event.ts';
import { exactly } from './schema.ts';
import { createUpcast, upcast } from './upcast.ts';

const Parcel = defineEvent({
  type: 'ParcelSent',
  version: 3,
  description: 'A parcel was sent.',
  schema: exactly({ grams: Type.Integer(), to: exactly({ city: Type.String() }) }),
  upcasters: {
    1: ({ kilos, ...rest }) => ({ ...rest, grams: Number(kilos) * 1_000 }),
    2: ({ city, ...rest }) => ({ ...rest, to: { city } }),
  },
});

const upcastParcel = createUpcast(new Map<string, EventDefinition>([[Parcel.type, Parcel]]));

const recorded = (type: string, version: number, data: unknown): RecordedEvent => ({
  id: '00000000-0000-4000-8000-000000000001',
  type,
  version,
  occurredAt: 1,
  data,
  metadata: { actor: 'api' },
  stream: 'parcel-1',
  revision: 0,
  position: 7,
  recordedAt: 2,
});

describe('upcasting', () => {
  it('brings data through each version between, and leaves the rest of the event alone', () => {
    const old = recorded('ParcelSent', 1, { kilos: 2, city: 'Rome' });
    expect(upcastParcel(old)).toEqual({ ...old, version: 3, data: { grams: 2_000, to: { city: 'Rome' } } });
    expect(old.data).toEqual({ kilos: 2, city: 'Rome' });
  });

  it('starts at the version that the event has', () => {
    const middle = recorded('ParcelSent', 2, { grams: 5, city: 'Rome' });
    expect(upcastParcel(middle).data).toEqual({ grams: 5, to: { city: 'Rome' } });
  });

  it('gives the same object when it is current or of an unknown type', () => {
    const current = recorded('ParcelSent', 3, { grams: 5, to: { city: 'Rome' } });
    const unknown = recorded('ParcelEaten', 9, { by: 'dog' });
    expect(upcastParcel(current)).toBe(current);
    expect(upcastParcel(unknown)).toBe(unknown);
  });

  it.each([4, 0, 1.5])('refuses version %d, which it does not know', version => {
    expect(() => upcastParcel(recorded('ParcelSent', version, {}))).toThrow(
      expect.objectContaining({ name: 'UnknownVersion', type: 'ParcelSent', version }),
    );
  });

  it('knows the catalogue', () => {
    for (const { type, version } of catalog.values()) {
      const event = recorded(type, version, {});
      expect(upcast(event)).toBe(event);
      expect(() => upcast(recorded(type, version + 1, {}))).toThrow(`${type} version ${version + 1}`);
    }
  });

  it('can only be defined with a step from each older version', () => {
    const { type, description, schema } = Parcel;
    const define = (upcasters: typeof Parcel.upcasters) =>
      defineEvent({ type, version: 3, description, schema, upcasters });
    expect(() => define({ 1: data => data })).toThrow('no upcaster from version 2');
  });
});
