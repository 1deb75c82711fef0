import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anEvent } from '../../test/support/events.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { plainCodec, type PersonalCodec } from './codec.ts';
import { UnreadableEvent } from './errors.ts';
import { prepareAppend } from './prepare.ts';
import { assertReadable, readContent, type StoredTexts } from './unreadable.ts';
import { upcasting } from './upcasting.ts';

const whole: StoredTexts = { data: '{"n":1}', personal: '{"name":"A"}', metadata: '{"leadId":"a"}' };
const read = (change: Partial<StoredTexts>, stream = 'lead-b', codec: PersonalCodec = plainCodec) =>
  readContent(codec, stream, { ...whole, ...change });

describe('reading an event’s texts', () => {
  it('puts personal data back into its place', () => {
    expect(read({})).toEqual({ data: { n: 1, personal: { name: 'A' } }, metadata: { leadId: 'a' } });
    expect(read({ personal: null })).toEqual({ data: { n: 1 }, metadata: { leadId: 'a' } });
  });

  it('gives back whatever was prepared for an append', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }));
    fc.assert(
      fc.property(json, fc.option(json, { nil: undefined }), (rest, personal) => {
        const data = personal === undefined ? rest : { ...rest, personal };
        const event = anEvent({ data: JSON.parse(JSON.stringify(data)) as unknown });
        const [prepared] = prepareAppend('lead-a', [event], 'ANY', plainCodec).events;
        expect(readContent(plainCodec, 'lead-a', prepared!)).toEqual({
          data: event.data,
          metadata: event.metadata,
        });
      }),
    );
  });

  it.each<[string, Partial<StoredTexts>, string, string | null]>([
    ['half of an object', { data: '{"n":' }, 'its data is no JSON object', 'a'],
    ['nothing', { data: '' }, 'its data is no JSON object', 'a'],
    ['null', { data: 'null' }, 'its data is no JSON object', 'a'],
    ['a list', { data: '[{"leadId":"c"}]' }, 'its data is no JSON object', 'a'],
    ['a number', { data: '7' }, 'its data is no JSON object', 'a'],
    ['no metadata', { metadata: '' }, 'its metadata is no JSON object', 'b'],
    ['metadata that are null', { metadata: 'null' }, 'its metadata is no JSON object', 'b'],
    ['a list of metadata', { metadata: '[]' }, 'its metadata is no JSON object', 'b'],
    ['neither', { metadata: '{', data: '{' }, 'its metadata is no JSON object', 'b'],
    ['a lead that is no text', { metadata: '{"leadId":7}', data: '' }, 'its data is no JSON object', 'b'],
    ['half of the personal data', { personal: '{"name' }, "its personal data can't be decoded", 'a'],
  ])('tells what is broken: %s', (_, change, unreadable, leadId) => {
    expect(read(change)).toEqual({ data: { leadId }, metadata: { leadId }, unreadable });
  });

  it('knows no lead where neither metadata nor stream name one', () => {
    expect(read({ metadata: '{' }, 'order-1')).toEqual({
      data: {},
      metadata: {},
      unreadable: 'its metadata is no JSON object',
    });
    expect(read({ metadata: '{}', data: '{' }, 'identity-lead-1').data).toEqual({});
  });

  it('hands the lead to the codec, and survives whatever that throws', () => {
    const asked: (string | null)[] = [];
    const codec: PersonalCodec = {
      ...plainCodec,
      decode: (_, leadId) => {
        asked.push(leadId);
        throw new Error('the key of ann@example.org is gone');
      },
    };
    expect(read({}, 'lead-b', codec).unreadable).toBe("its personal data can't be decoded");
    expect(read({ metadata: '{}' }, 'lead-b', codec).unreadable).not.toContain('ann@');
    expect(asked).toEqual(['a', null]);
  });
});

describe('whoever decides by an event', () => {
  const event: RecordedEvent = { ...anEvent(), stream: 'lead-a', revision: 3, position: 17, recordedAt: 5 };

  it('takes one that can be read as it is', () => {
    expect(assertReadable(event)).toBe(event);
  });

  it('refuses one that can’t, and says where it stands', () => {
    const refused = (): unknown => assertReadable({ ...event, unreadable: 'its data is no JSON object' });
    expect(refused).toThrow(UnreadableEvent);
    expect(refused).toThrow(
      "position 17 of the log (lead-a, revision 3) can't be read: its data is no JSON object",
    );
    expect(refused).toThrow(expect.objectContaining({ stream: 'lead-a', revision: 3, position: 17 }));
  });

  it('never hands one to an upcaster', async () => {
    const broken = { ...event, unreadable: 'its data is no JSON object' };
    const seen: unknown[] = [];
    const store = upcasting({ readAll: () => Promise.resolve([broken, event]) } as never, each => {
      seen.push(each);
      return { ...each, version: 2 };
    });
    expect(await store.readAll(0, 2)).toEqual([broken, { ...event, version: 2 }]);
    expect(new Set(seen)).toEqual(new Set([event]));
  });
});
