import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asking, openLog, type OpenLog } from '../../test/property/handling-fixture.ts';
import type { NewEvent } from '../domain/event.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import { appendCapture } from './capture.ts';
import { claimingRow, type ClaimingRow, type Owners } from './claims.ts';

const hash = createKeyedHash('a secret of the specs');
const email = 'ann@example.org';
const identity = hash.identityStream('email', email);
const stream = 'lead-a';

let ids = 0;
const event = (type: string, data: object = { leadId: 'a' }): NewEvent => ({
  id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
  type,
  version: 1,
  occurredAt: 0,
  data: data,
  metadata: {},
});
const captured = (): NewEvent => event('LeadCaptured', { leadId: 'a', personal: { email } });
const released = (claim: number, of = identity): NewEvent =>
  event('IdentityReleased', { leadId: 'a', identity: of, claim });
const claiming = (facts: readonly NewEvent[]): readonly ClaimingRow[] => [
  claimingRow(
    hash,
    facts.map(fact => ({ stream, event: fact })),
  )!,
];
const owners: Owners = new Map([[identity, { leadId: 'a', claim: 2 }]]);

let log: OpenLog;
beforeEach(() => {
  log = openLog();
});
afterEach(() => log.close());

const facts = [captured(), event('LeadStageChanged', { leadId: 'a', stage: 'lead' })];
const before = (...events: readonly NewEvent[]): Promise<unknown> => log.events.append(stream, events, 'ANY');
const append = (store = log.events, given: readonly NewEvent[] = facts): Promise<number | null> =>
  appendCapture(store, stream, given, claiming(given), owners);

describe('appending to a lead that has claimed', () => {
  it('begins its stream', async () => {
    expect(await append()).toBe(0);
    expect(await log.types()).toEqual(['LeadCaptured', 'LeadStageChanged']);
  });

  it('goes behind what happened to it before it was captured', async () => {
    await before(event('PageViewed'), event('FormSubmitted'), event('LeadStageChanged'));
    expect(await append()).toBe(0);
    expect((await log.types()).slice(-2)).toEqual(['LeadCaptured', 'LeadStageChanged']);
  });

  it('says how many of the events the stream had', async () => {
    await append();
    expect(await append()).toBe(2);
    expect(await append(log.events, [facts[0]!, event('PageViewed')])).toBe(1);
    expect(await log.types()).toEqual(['LeadCaptured', 'LeadStageChanged', 'PageViewed']);
  });

  it('leaves out what the stream has of them from before it was captured', async () => {
    const seen = event('PageViewed');
    await before(seen, event('FormSubmitted'));
    expect(await append(log.events, [seen, ...facts])).toBe(1);
    expect(await log.types()).toEqual(['PageViewed', 'FormSubmitted', 'LeadCaptured', 'LeadStageChanged']);
  });

  it.each(['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated'])(
    'goes on whatever was released where it is captured already, by %s',
    async type => {
      await before(event(type), released(2));
      expect(await append()).toBe(0);
      expect(await log.types()).toHaveLength(4);
    },
  );

  it('gives up where its claim was released before it was captured, and writes nothing', async () => {
    await before(event('PageViewed'), released(2));
    expect(await append()).toBeNull();
    expect(await log.types()).toEqual(['PageViewed', 'IdentityReleased']);
  });

  it.each([
    ['another claim of it', () => released(1)],
    ['a claim of another identity', () => released(2, hash.identityStream('email', 'bob@example.org'))],
  ])('goes on where %s was released', async (_, other) => {
    await before(other());
    expect(await append()).toBe(0);
    expect(await log.types()).toEqual(['IdentityReleased', 'LeadCaptured', 'LeadStageChanged']);
  });
});

describe('a lead to which others append at the same moment', () => {
  /** A store in which somebody appends just before each of the first appends. */
  const busy = (times: number, what: () => NewEvent) => {
    let left = times;
    return asking(log.events, async () => {
      if (left-- > 0) await before(what());
    });
  };

  it('is tried again behind them', async () => {
    expect(await append(busy(5, () => event('PageViewed')))).toBe(0);
    expect(await log.types()).toEqual([
      ...Array.from({ length: 5 }, () => 'PageViewed'),
      'LeadCaptured',
      'LeadStageChanged',
    ]);
  });

  it('is given up once its claim is released among them', async () => {
    let n = 0;
    expect(await append(busy(3, () => (++n === 3 ? released(2) : event('PageViewed'))))).toBeNull();
    expect(await log.types()).toEqual(['PageViewed', 'PageViewed', 'IdentityReleased']);
  });

  it('is left where they never stop, and nothing of it is written', async () => {
    await expect(append(busy(Infinity, () => event('PageViewed')))).rejects.toThrow(
      'the stream lead-a did not stand still for 20 attempts',
    );
    expect(new Set(await log.types())).toEqual(new Set(['PageViewed']));
  });

  it('fails with what else the store says', async () => {
    const away = asking(log.events, () => {
      throw new Error('the store is away');
    });
    await expect(append(away)).rejects.toThrow('the store is away');
  });
});
