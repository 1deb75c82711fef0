import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ClassConstructor } from 'class-transformer';
import fc from 'fast-check';
import { CaptureLeadBody, ChangeStageBody } from '../leads/lead.dto.ts';
import { OpenOpportunityBody } from '../opportunities/opportunity.dto.ts';
import { BadRequest } from './bad-request.ts';
import { BodyPipe, readBody } from './body.pipe.ts';

const errorsOf = (dto: ClassConstructor<object>, value: unknown): unknown => {
  try {
    readBody(dto, value);
  } catch (error) {
    if (error instanceof BadRequest)
      return Object.fromEntries(error.errors.map(one => [one.path, one.message]));
    throw error;
  }
  return {};
};

describe('readBody', () => {
  it('keeps every value as it came', () => {
    const body = {
      id: 'l1',
      email: ' A@b.example ',
      attributes: { n: 1, list: [1, 'two', null], deep: { yes: true } },
      consents: [{ purpose: 'news', channel: 'email', textVersion: '1' }],
      occurredAt: '2018-03-01T00:00:00Z',
    };
    expect(JSON.parse(JSON.stringify(readBody(CaptureLeadBody, body)))).toEqual(body);
  });

  it('takes no body for an empty one', () => {
    expect(errorsOf(CaptureLeadBody, undefined)).toEqual({});
  });

  it.each([[null], [[]], ['x'], [1], [true]])('refuses %j as a body', value => {
    expect(errorsOf(CaptureLeadBody, value)).toEqual({ '': 'must be a JSON object' });
  });

  it('says once of each member what it has to be, and never what it was', () => {
    const amount = { amount: 'much', currency: 'euro', tax: 1 };
    expect(errorsOf(OpenOpportunityBody, { leadId: 'secret value', amount })).toEqual({
      leadId: expect.stringMatching(/^must be an id/),
      'amount.amount': expect.stringMatching(/^must be a whole number/),
      'amount.currency': expect.stringMatching(/ISO 4217/),
      'amount.tax': 'is not a known field',
    });
  });

  it('refuses every type but the right one', () => {
    const wrong = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.string()),
    );
    fc.assert(
      fc.property(wrong, value => {
        expect(errorsOf(ChangeStageBody, { stage: value })).toEqual({ stage: expect.any(String) });
      }),
    );
  });
});

describe('BodyPipe', () => {
  it('leaves everything alone that is no body', () => {
    const pipe = new BodyPipe();
    expect(pipe.transform('x', { type: 'param', metatype: String })).toBe('x');
    expect(pipe.transform({ a: 1 }, { type: 'query', metatype: CaptureLeadBody })).toEqual({ a: 1 });
  });
});
