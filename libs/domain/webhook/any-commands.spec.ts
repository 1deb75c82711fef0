import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Happening } from '../catalog.ts';
import { NotFound, RuleViolation } from '../errors.ts';
import { checkEventData } from '../validate.ts';
import { webhookDecider, type WebhookCommand } from './decider.ts';

const known = ['leadfold.order.placed', 'leadfold.lead.captured', 'leadfold.order.cancelled'];
const decider = webhookDecider(known);
const webhookId = 'w1';

/** What a webhook is to whoever only sees the answers, kept by hand. */
interface Model {
  there: boolean;
  everThere: boolean;
  enabled: boolean;
  url: string;
  types: ReadonlySet<string>;
  secrets: number;
}

const url = fc.constantFrom(
  'https://a.example/',
  'https://a.example/?key=1',
  'https://a.example/#x',
  'https://b.example/hooks',
);
const types = fc.array(fc.constantFrom(...known, 'leadfold.no.such'), { minLength: 1, maxLength: 4 });
const command: fc.Arbitrary<WebhookCommand> = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), webhookId: fc.constant(webhookId), url, types }),
  fc.record(
    {
      kind: fc.constant('change' as const),
      webhookId: fc.constant(webhookId),
      url,
      types,
      status: fc.constantFrom('active' as const, 'disabled' as const),
    },
    { requiredKeys: ['kind', 'webhookId'] },
  ),
  fc.record({
    kind: fc.constant('give-up' as const),
    webhookId: fc.constant(webhookId),
    reason: fc.constantFrom('failing' as const, 'gone' as const),
    failingSince: fc.nat(),
  }),
  fc.record({
    kind: fc.constantFrom('rotate-secret' as const, 'rotate-secret' as const, 'delete' as const),
    webhookId: fc.constant(webhookId),
  }),
);

/** How it must end: 'done', 'missing', or the rule that refuses. Moves the model on where it is done. */
const expected = (model: Model, one: WebhookCommand): string => {
  if ((one.kind === 'register' || one.kind === 'change') && one.types?.some(type => !known.includes(type)))
    return 'unknown-lifecycle-type';
  if (one.kind === 'register') {
    if (model.everThere) return 'webhook-exists';
    Object.assign(model, { there: true, everThere: true, enabled: true, secrets: 1 });
    Object.assign(model, { url: one.url, types: new Set(one.types) });
    return 'done';
  }
  if (!model.there) return 'missing';
  if (one.kind === 'change') {
    if (one.url !== undefined) model.url = one.url;
    if (one.types !== undefined) model.types = new Set(one.types);
    if (one.status !== undefined) model.enabled = one.status === 'active';
  }
  if (one.kind === 'give-up') model.enabled = false;
  if (one.kind === 'rotate-secret') model.secrets++;
  if (one.kind === 'delete') model.there = false;
  return 'done';
};

const outcome = (run: () => void): string => {
  try {
    run();
    return 'done';
  } catch (error) {
    if (error instanceof RuleViolation) return error.rule;
    if (error instanceof NotFound) return 'missing';
    throw error;
  }
};

describe('any commands to a webhook', () => {
  it('leave it as somebody keeps it who only writes down what was asked', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        const model: Model = {
          there: false,
          everThere: false,
          enabled: false,
          url: '',
          types: new Set(),
          secrets: 1,
        };
        const past: Happening[] = [];
        const stateNow = () => past.reduce(decider.evolve, decider.initialState);
        for (const one of commands) {
          const wanted = expected(model, one);
          expect(outcome(() => past.push(...decider.decide(one, stateNow())))).toBe(wanted);
          const state = stateNow();
          if (!model.there) {
            expect(state.status).toBe(model.everThere ? 'deleted' : 'missing');
            continue;
          }
          expect(state.status).toBe(model.enabled ? 'active' : 'disabled');
          expect(state.disabled === null).toBe(model.enabled);
          expect(state.url).toBe(model.url);
          expect(new Set(state.types)).toEqual(model.types);
          expect(state.types).toHaveLength(model.types.size);
          expect(state.secretVersion).toBe(model.secrets);
        }
        for (const { type, data } of past) expect(checkEventData(type, data)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('tell nothing when they are repeated, but that a secret is replaced again', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), command, (commands, last) => {
        fc.pre(last.kind === 'change' || last.kind === 'give-up');
        const past: Happening[] = [];
        const tell = (one: WebhookCommand): readonly Happening[] => {
          const told: Happening[] = [];
          outcome(() => told.push(...decider.decide(one, past.reduce(decider.evolve, decider.initialState))));
          past.push(...told);
          return told;
        };
        for (const one of commands) tell(one);
        tell(last);
        expect(tell(last)).toEqual([]);
      }),
    );
  });

  it('keep what may identify somebody out of the address that everybody sees', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), commands => {
        const past: Happening[] = [];
        for (const one of commands)
          outcome(() => past.push(...decider.decide(one, past.reduce(decider.evolve, decider.initialState))));
        for (const { data } of past)
          expect((data as { readonly url?: string }).url ?? '').not.toMatch(/[?#]/);
      }),
    );
  });
});
