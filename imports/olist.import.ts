import { defineImport, money, type AnyFact, type ImportFile } from '../libs/importing/index.ts';

/** The marketplace counts in Brazilian reais. */
const currency = 'BRL';

/** Members of a text that is there; an empty cell says nothing. */
const given = <Name extends string>(
  name: Name,
  text: string | undefined,
): { readonly [N in Name]?: string } =>
  text === undefined || text === '' ? {} : ({ [name]: text } as { readonly [N in Name]?: string });

const leads: ImportFile = {
  name: 'qualified-leads',
  columns: ['mql_id', 'first_contact_date', 'landing_page_id', 'origin'],
  facts: (row, { instant }): readonly AnyFact[] => {
    const { mql_id: leadId = '', first_contact_date: contact = '' } = row;
    const common = { stream: `lead-${leadId}`, occurredAt: instant(contact, 'first_contact_date') };
    const profile = { ...given('origin', row.origin), ...given('landingPage', row.landing_page_id) };
    return [
      { ...common, type: 'LeadCaptured', data: { leadId, ...profile } },
      { ...common, type: 'LeadStageChanged', data: { leadId, stage: 'mql' } },
    ];
  },
};

const deals: ImportFile = {
  name: 'closed-deals',
  columns: [
    'mql_id',
    'seller_id',
    'sdr_id',
    'sr_id',
    'won_date',
    'business_segment',
    'lead_type',
    'lead_behaviour_profile',
    'has_company',
    'has_gtin',
    'average_stock',
    'business_type',
    'declared_product_catalog_size',
    'declared_monthly_revenue',
  ],
  facts: (row, { instant }): readonly AnyFact[] => {
    const { mql_id: leadId = '', won_date: won = '', declared_monthly_revenue: revenue = '' } = row;
    const opportunityId = `olist-${leadId}`;
    return [
      {
        type: 'OpportunityWon',
        stream: `opportunity-${opportunityId}`,
        occurredAt: instant(won, 'won_date'),
        data: {
          opportunityId,
          leadId,
          ...given('owner', row.sr_id),
          ...given('segment', row.business_segment),
          ...given('seller', row.seller_id),
          ...given('salesDevelopment', row.sdr_id),
          ...given('leadType', row.lead_type),
          ...given('behaviourProfile', row.lead_behaviour_profile),
          ...given('businessType', row.business_type),
          ...(revenue === ''
            ? {}
            : { declaredRevenue: money(revenue, currency, 'declared_monthly_revenue') }),
        },
      },
    ];
  },
};

/** The marketing funnel of the Olist marketplace: qualified leads, and the deals that were won. */
export default defineImport({
  source: 'olist',
  description: 'Marketing funnel by Olist: qualified leads and closed deals',
  format: 'csv',
  files: [leads, deals],
});
