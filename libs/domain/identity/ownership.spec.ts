import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Happening } from '../catalog.ts';
import { RuleViolation } from '../errors.ts';
import { holds, leadDecider } from '../lead/decider.ts';
import { identityDecider } from './decider.ts';

const leads = leadDecider(['lead']);
const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

/** The streams of one e-mail address and of the leads that want it. */
interface World {
  readonly claims: Happening[];
  readonly leads: Readonly<Record<Name, Happening[]>>;
}

const empty = (): World => ({ claims: [], leads: { a: [], b: [], c: [] } });
const identityOf = ({ claims }: World) => claims.reduce(identityDecider.evolve, identityDecider.initialState);
const leadOf = (world: World, name: Name) => world.leads[name].reduce(leads.evolve, leads.initialState);

/** Runs a step; whether it was taken. Only rules may refuse it. */
const attempt = (run: () => void): boolean => {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    return false;
  }
};

/** A lead claims the address, and is captured by that claim; `captured` false: the process dies in between. */
const claim = (world: World, leadId: Name, captured: boolean): boolean =>
  attempt(() => {
    const events = identityDecider.decide({ leadId, kind: 'email' }, identityOf(world));
    world.claims.push(...events);
    if (captured) capture(world, leadId);
  });

const capture = (world: World, leadId: Name): void => {
  const { owner } = identityOf(world);
  if (owner?.leadId !== leadId) return;
  const claims = [{ identity: 'identity-x', claim: owner.claim }];
  const command = { kind: 'capture', leadId, profile: {}, consents: [], claims } as const;
  world.leads[leadId].push(...leads.decide(command, leadOf(world, leadId)));
};

/** Another lead finds the address taken by one that was never captured, and takes it over. */
const takeOver = (world: World, leadId: Name): boolean =>
  attempt(() => {
    const { owner } = identityOf(world);
    if (owner === null || owner.leadId === leadId) return;
    const before = owner.leadId as Name;
    const release = { kind: 'release', leadId: before, identity: 'identity-x', claim: owner.claim } as const;
    world.leads[before].push(...leads.decide(release, leadOf(world, before)));
    const again = { leadId, kind: 'email', void: before } as const;
    world.claims.push(...identityDecider.decide(again, identityOf(world)));
    capture(world, leadId);
  });

const step = fc.oneof(
  fc.record({ do: fc.constant('claim'), lead: fc.constantFrom(...names), captured: fc.boolean() }),
  fc.record({ do: fc.constant('capture'), lead: fc.constantFrom(...names), captured: fc.constant(true) }),
  fc.record({ do: fc.constant('take-over'), lead: fc.constantFrom(...names), captured: fc.constant(true) }),
);

const run = (steps: readonly { do: string; lead: Name; captured: boolean }[]): World => {
  const world = empty();
  for (const { do: what, lead, captured } of steps) {
    if (what === 'claim') claim(world, lead, captured);
    else if (what === 'capture') attempt(() => capture(world, lead));
    else takeOver(world, lead);
  }
  return world;
};

describe('an e-mail address that several leads want', () => {
  it('belongs to one captured lead at most, whatever happens in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        const world = run(steps);
        const captured = names.filter(name => leadOf(world, name).captured);
        expect(captured.length).toBeLessThanOrEqual(1);
        const [only] = captured;
        if (only !== undefined) expect(identityOf(world).owner?.leadId).toBe(only);
      }),
      { numRuns: 300 },
    );
  });

  it('is never taken from a lead that was captured', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(...names), (steps, other) => {
        const world = run(steps);
        const owner = names.find(name => leadOf(world, name).captured);
        fc.pre(owner !== undefined && owner !== other);
        const before = world.claims.length;
        expect(takeOver(world, other)).toBe(false);
        expect(claim(world, other, true)).toBe(false);
        expect(world.claims).toHaveLength(before);
      }),
    );
  });

  it('can always be had while nobody was captured by it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(...names), (steps, other) => {
        const world = run(steps);
        fc.pre(names.every(name => !leadOf(world, name).captured));
        takeOver(world, other);
        claim(world, other, true);
        const state = leadOf(world, other);
        const { owner } = identityOf(world);
        // Where its own claim was given up meanwhile, it takes a new one.
        if (!state.captured && owner?.leadId === other) {
          expect(holds(state, { identity: 'identity-x', claim: owner.claim })).toBe(false);
          const again = { leadId: other, kind: 'email', void: other } as const;
          world.claims.push(...identityDecider.decide(again, identityOf(world)));
          capture(world, other);
        }
        expect(leadOf(world, other).captured).toBe(true);
      }),
    );
  });

  it('is released once, however often that is tried', () => {
    const world = empty();
    claim(world, 'a', false);
    expect(takeOver(world, 'b')).toBe(true);
    const release = { kind: 'release', leadId: 'a', identity: 'identity-x', claim: 0 } as const;
    expect(leads.decide(release, leadOf(world, 'a'))).toEqual([]);
    expect(world.leads.a.map(({ type }) => type)).toEqual(['IdentityReleased']);
  });

  it('that its lead lost in between refuses the capture that was under way', () => {
    const world = empty();
    claim(world, 'a', false);
    const { owner } = identityOf(world);
    takeOver(world, 'b');
    const claims = [{ identity: 'identity-x', claim: owner!.claim }];
    const late = { kind: 'capture', leadId: 'a', profile: {}, consents: [], claims } as const;
    expect(() => leads.decide(late, leadOf(world, 'a'))).toThrow(
      expect.objectContaining({ rule: 'identity-released' }),
    );
    expect(identityOf(world).owner).toEqual({ leadId: 'b', claim: 1 });
  });
});
