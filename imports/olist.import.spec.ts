import { describe, expect, it } from '@jest/globals';
import { checkEventData } from '../libs/domain/validate.ts';
import { createImportContext, type AnyFact, type Row } from '../libs/importing/index.ts';
import { imports } from './index.ts';
import olist from './olist.import.ts';

const factsOf = (kind: string, row: Row, zone = 'UTC'): readonly AnyFact[] => {
  const facts = olist.files.find(({ name }) => name === kind)!.facts!(row, createImportContext(zone));
  for (const { type, data } of facts) expect(checkEventData(type, data)).toEqual([]);
  return facts;
};

const lead = { mql_id: 'abc', first_contact_date: '2018-02-01', landing_page_id: 'page-1', origin: 'social' };
const deal = {
  mql_id: 'abc',
  seller_id: 'seller-1',
  sdr_id: 'sdr-1',
  sr_id: 'sr-1',
  won_date: '2018-02-26 19:58:54',
  business_segment: 'pet',
  lead_type: 'online_medium',
  lead_behaviour_profile: 'cat, wolf',
  has_company: '',
  has_gtin: '',
  average_stock: '',
  business_type: 'reseller',
  declared_product_catalog_size: '',
  declared_monthly_revenue: '50000000.0',
};

describe('the import of Olist', () => {
  it('is known by name', () => expect(imports).toContain(olist));

  it('makes a qualified lead a captured lead at the stage mql', () => {
    const common = { stream: 'lead-abc', occurredAt: Date.UTC(2018, 1, 1) };
    expect(factsOf('qualified-leads', lead)).toEqual([
      { ...common, type: 'LeadCaptured', data: { leadId: 'abc', origin: 'social', landingPage: 'page-1' } },
      { ...common, type: 'LeadStageChanged', data: { leadId: 'abc', stage: 'mql' } },
    ]);
  });

  it('leaves an empty origin out; "unknown" is a word of theirs', () => {
    const data = (origin: string): unknown => factsOf('qualified-leads', { ...lead, origin })[0]?.data;
    expect(data('')).toEqual({ leadId: 'abc', landingPage: 'page-1' });
    expect(data('unknown')).toMatchObject({ origin: 'unknown' });
  });

  it('makes a closed deal a won opportunity, in the zone of the workspace', () => {
    expect(factsOf('closed-deals', deal, 'America/Sao_Paulo')).toEqual([
      {
        type: 'OpportunityWon',
        stream: 'opportunity-olist-abc',
        occurredAt: Date.UTC(2018, 1, 26, 22, 58, 54),
        data: {
          opportunityId: 'olist-abc',
          leadId: 'abc',
          owner: 'sr-1',
          segment: 'pet',
          seller: 'seller-1',
          salesDevelopment: 'sdr-1',
          leadType: 'online_medium',
          behaviourProfile: 'cat, wolf',
          businessType: 'reseller',
          declaredRevenue: { amount: 5_000_000_000, currency: 'BRL' },
        },
      },
    ]);
  });

  it('leaves out what a deal does not tell', () => {
    const told = {
      ...deal,
      business_segment: '',
      lead_type: '',
      lead_behaviour_profile: '',
      business_type: '',
    };
    const [fact] = factsOf('closed-deals', { ...told, declared_monthly_revenue: '' });
    expect(Object.keys(fact!.data)).toEqual([
      'opportunityId',
      'leadId',
      'owner',
      'seller',
      'salesDevelopment',
    ]);
  });

  it('refuses a day that does not exist and a revenue that is no number', () => {
    expect(() => factsOf('qualified-leads', { ...lead, first_contact_date: '2018-02-30' })).toThrow(
      'does not exist',
    );
    expect(() => factsOf('closed-deals', { ...deal, declared_monthly_revenue: 'many' })).toThrow(
      'is no amount',
    );
  });
});
