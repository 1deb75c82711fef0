import { createHash } from 'node:crypto';
import type { NewEvent } from '../libs/domain/event.ts';
import { openLog } from '../libs/event-store/sqlite/schema.ts';

interface Fact {
  readonly lead: number;
  readonly type: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const hourMs = 3_600_000;
const year = 365 * 24;
const origins = ['organic_search', 'organic_search', 'direct_traffic', 'paid_search', 'social', 'email'];
const campaigning = new Set(['paid_search', 'social', 'email']);
const countries = ['DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'AT', 'AT', 'CH'];
const stages = ['mql', 'sql', 'opportunity', 'customer'];

/** A repeatable source of whole numbers below a bound. */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** What a lead does within some weeks: ten facts on average. Ids go by the time of the first, as generated ones do. */
const factsOf = (
  lead: number,
  began: number,
  below: (bound: number) => number,
  orders: boolean,
): readonly Fact[] => {
  const leadId = `l${lead.toString(36).padStart(6, '0')}`;
  let at = Date.UTC(2025, 0, 1) + Math.floor(began * year * hourMs);
  const origin = origins[below(origins.length)] ?? '';
  // One campaign per quarter for each origin that is paid for.
  const campaign = campaigning.has(origin)
    ? { campaign: `${origin}-${Math.floor(new Date(at).getUTCMonth() / 3) + 1}` }
    : {};
  const facts: Fact[] = [];
  const put = (type: string, data: Fact['data']): void => {
    facts.push({ lead, type, at, data: { leadId, ...data } });
    at += below(4 * 24 * hourMs);
  };
  const touch = (type: string, data: Fact['data'] = {}): void =>
    put(type, { touchpointId: `${leadId}-${facts.length}`, ...campaign, ...data });
  if (below(2) === 0) touch('PageViewed', { url: `https://www.example.com/articles/${below(300)}` });
  put('LeadCaptured', {
    origin,
    ...campaign,
    country: countries[below(countries.length)],
    landingPage: `https://www.example.com/landing/${below(20)}`,
  });
  for (let visit = below(6); visit > 0; visit--)
    touch('PageViewed', { url: `https://www.example.com/articles/${below(300)}` });
  for (let mail = below(4); mail > 0; mail--) {
    touch('EmailSent', { channel: 'email', messageId: `m${below(1_000_000)}`, template: 'newsletter' });
    if (below(2) === 0) touch('EmailOpened', { channel: 'email' });
    if (below(4) === 0) touch('LinkClicked', { channel: 'email', url: 'https://www.example.com/offer' });
  }
  const furthest = below(stages.length + 1);
  for (const stage of stages.slice(0, Math.min(furthest, 2))) put('LeadStageChanged', { stage });
  if (furthest < 3) return facts;
  const opportunityId = `o${leadId}`;
  const amount = { amount: 10_000 + below(1_000) * 100, currency: 'EUR' };
  put('OpportunityOpened', { opportunityId, amount, owner: `owner-${below(20)}` });
  put('OpportunityStageChanged', { opportunityId, stage: 'proposal', probability: 0.5 });
  if (furthest === 4) put('OpportunityWon', { opportunityId, amount });
  else put('OpportunityLost', { opportunityId });
  if (!orders || furthest < 4) return facts;
  for (let order = 1 + below(5); order > 0; order--) {
    put('OrderPlaced', {
      orderId: `${leadId}-${order}`,
      country: 'DE',
      total: { amount: 1_000 + below(50_000), currency: 'EUR' },
    });
    at += below(80 * 24 * hourMs);
  }
  return facts;
};

export interface HistoryOptions {
  readonly seed?: number;
  /** Whether customers order, too. */
  readonly orders?: boolean;
}

/** A year of a business, in order of time; the same for the same options. */
export const factsOfBusiness = (
  count: number,
  { seed = 1, orders = false }: HistoryOptions = {},
): readonly Fact[] => {
  const below = numbers(seed);
  const facts: Fact[] = [];
  const leads = Math.ceil(count / 9);
  for (let lead = 0; facts.length < count; lead++)
    facts.push(...factsOf(lead, (lead % leads) / leads, below, orders));
  return facts.sort((a, b) => a.at - b.at).slice(0, count);
};

const uuidOf = (n: number): string => {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** A fact as an event; `n` tells it from others. */
export const toEvent = ({ type, at, data }: Fact, n: number): NewEvent => ({
  id: uuidOf(n),
  type,
  version: 1,
  occurredAt: at,
  data,
  metadata: { correlationId: uuidOf(-n), actor: 'api', source: 'bench', leadId: String(data.leadId) },
});

/**
 * Writes a history of that many events straight into a new log's file, past the store: this is input, not what is measured.
 *
 * @returns the number of leads
 */
export const writeHistory = (file: string, count: number, options: HistoryOptions = {}): number => {
  const db = openLog(file);
  db.pragma('synchronous = OFF');
  const insert = db.prepare(
    'INSERT INTO events (stream, revision, id, type, version, occurred_at, recorded_at, lead_id, data, personal, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const next = new Map<number, number>();
  db.transaction(() => {
    for (const [n, fact] of factsOfBusiness(count, options).entries()) {
      const revision = next.get(fact.lead) ?? 0;
      next.set(fact.lead, revision + 1);
      const { id, type, version, occurredAt, data, metadata } = toEvent(fact, n + 1);
      const leadId = metadata.leadId ?? null;
      insert.run(
        `lead-${leadId}`,
        revision,
        id,
        type,
        version,
        occurredAt,
        occurredAt,
        leadId,
        JSON.stringify(data),
        type === 'LeadCaptured' ? JSON.stringify({ email: `someone-${fact.lead}@example.com` }) : null,
        JSON.stringify(metadata),
      );
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return next.size;
};
