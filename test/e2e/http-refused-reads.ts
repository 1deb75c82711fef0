import { get, type Case } from './http-case.ts';

const bad = (what: string, path: string, says: RegExp): Case => get(what, path, says, 400, 'invalid-query');
const funnel = (what: string, parameters: string, says: RegExp): Case =>
  bad(what, `/v1/funnel?events=${parameters}`, says);

/** Numbers by period that can't be given. */
export const periods: readonly Case[] = [
  get('churn by fortnight', '/v1/churn?grain=fortnight', /grain.*day, week, month/),
  get('churn by nothing', '/v1/churn?grain=', /grain.*day, week, month/),
  get('churn by two grains', '/v1/churn?grain=day&grain=month', /grain.*only once/),
  get('churn by a method of objects', '/v1/churn?grain=constructor', /grain.*day, week, month/),
  get('churn after no days', '/v1/churn?inactiveDays=0', /inactiveDays must be a whole number/),
  get('churn after some days', '/v1/churn?inactiveDays=many', /inactiveDays must be a whole number/),
  get('churn after half a day', '/v1/churn?inactiveDays=0.5', /inactiveDays must be a whole number/),
  get('churn after a million days', '/v1/churn?inactiveDays=1000000', /inactiveDays must be a whole number/),
  get('churn by origin', '/v1/churn?by=origin', /by is not a parameter/),
  get('churn with SQL', "/v1/churn?grain=month';DROP%20TABLE%20events;--", /grain.*day, week, month/),
  bad('churn from its end to its start', '/v1/churn?from=2026-02-01&to=2026-01-01', /before/),
  get('retention by inactive days', '/v1/retention?inactiveDays=90', /inactiveDays is not a parameter/),
  get('retention by the hour', '/v1/retention?grain=hour', /grain.*week, month, quarter/),
  get('retention from a month', '/v1/retention?from=2026-01', /from must be a date/),
  get('retention to the 13th month', '/v1/retention?to=2026-13-01', /to must be a date/),
  bad('revenue by a plan', '/v1/revenue?by=plan', /plan.*country/),
  bad('revenue by a prototype', '/v1/revenue?by=__proto__', /__proto__.*country/),
  bad('revenue where a prototype', '/v1/revenue?where=__proto__:x', /__proto__.*country/),
  get('revenue where nothing', '/v1/revenue?where=', /dimension:value/),
  get('revenue with half a surrogate', '/v1/revenue?where=country:%ED%A0%80', /not UTF-8/),
  get('a grain for the funnel', '/v1/funnel?grain=month', /grain is not a parameter/),
];

/** Funnels of events that are none. */
export const eventFunnels: readonly Case[] = [
  funnel('one event', 'EmailSent', /2 to 10/),
  funnel('eleven events', Array(11).fill('PageViewed').join(), /2 to 10/),
  get('no event', '/v1/funnel?events=', /events/),
  funnel('an event that there is not', 'EmailSent,EmailRead', /EmailRead.*EmailOpened/),
  funnel('a method of objects', 'EmailSent,toString', /toString/),
  funnel('an event in small letters', 'emailsent,EmailOpened', /emailsent/),
  funnel('an order that there is not', 'EmailSent,EmailOpened&order=loose', /ordered, strict/),
  funnel('an order of objects', 'EmailSent,EmailOpened&order=constructor', /ordered, strict/),
  funnel('a window of weeks', 'EmailSent,EmailOpened&within=2w', /within.*7d/),
  funnel('a window of no number', 'EmailSent,EmailOpened&within=d', /within/),
  funnel('a window that goes back', 'EmailSent,EmailOpened&within=-1d', /within/),
  funnel('a window without end', 'EmailSent,EmailOpened&within=99999999999d', /within/),
  funnel('a dimension that there is not', 'EmailSent,EmailOpened&by=plan', /plan/),
  funnel('a prototype for a dimension', 'EmailSent,EmailOpened&by=__proto__', /__proto__/),
  funnel('from its end to its start', 'EmailSent,EmailOpened&from=2026-02-01&to=2026-01-01', /before/),
  get('an order without events', '/v1/funnel?order=strict', /order/),
];

/** Leads that can't be listed, shown, scored or told. */
export const leadReads: readonly Case[] = [
  get('a band that there is not', '/v1/leads?band=boiling', /band.*cold, warm, hot/),
  get('a band in capitals', '/v1/leads?band=HOT', /band.*cold, warm, hot/),
  get('no band', '/v1/leads?band=', /band/),
  get('two bands', '/v1/leads?band=hot&band=warm', /band.*only once/),
  get('a stage that there is not', '/v1/leads?stage=vip', /stage.*visitor, lead/),
  get('a stage of objects', '/v1/leads?stage=constructor', /stage.*visitor, lead/),
  get('an origin of 201 characters', `/v1/leads?origin=${'o'.repeat(201)}`, /origin.*200/),
  get('an origin with NUL', '/v1/leads?origin=%00', /NUL/),
  get('a sort that there is not', '/v1/leads?sort=name', /sort must be one of id, -id, score, -score/),
  get('a sort with SQL', '/v1/leads?sort=id;DROP%20TABLE%20entities', /sort must be one of/),
  get('a page of 201', '/v1/leads?limit=201', /limit.*1 to 200/),
  get('a page of 0', '/v1/leads?limit=0', /limit.*1 to 200/),
  get('a cursor of nobody', '/v1/leads?cursor=%21%21', /cursor/, 400, 'invalid-cursor'),
  get(
    'a cursor that is JSON of another',
    `/v1/leads?cursor=${Buffer.from('{"a":1}').toString('base64url')}`,
    /cursor/,
    400,
    'invalid-cursor',
  ),
  get('a search by e-mail', '/v1/leads?email=ann@example.org', /email is not a parameter/),
  get('an unknown lead', '/v1/leads/nobody', /no lead nobody/, 404, 'not-found'),
  get('a lead that is an e-mail', '/v1/leads/ann@example.org', /id must be an id/),
  get('the score of nobody', '/v1/leads/nobody/score', /no lead nobody/, 404, 'not-found'),
  get('a score on a day', '/v1/leads/ann/score?at=2026-01-01', /at must be a time with offset/),
  get('a score yesterday', '/v1/leads/ann/score?at=yesterday', /at must be a time with offset/),
  get('a score on the 30th of February', '/v1/leads/ann/score?at=2026-02-30T00:00:00Z', /at must be a time/),
  get(
    'a score at two times',
    '/v1/leads/ann/score?at=2026-01-01T00:00:00Z&at=2026-01-02T00:00:00Z',
    /only once/,
  ),
  get('a cursor of a score', '/v1/leads/ann/score?cursor=zzz', /cursor/, 400, 'invalid-cursor'),
  get('the timeline of nobody', '/v1/leads/nobody/timeline', /no lead nobody/, 404, 'not-found'),
  get('a cursor of a timeline', '/v1/leads/ann/timeline?cursor=zzz', /cursor/, 400, 'invalid-cursor'),
  get('a timeline of 1,001', '/v1/leads/ann/timeline?limit=1001', /limit.*1 to 1000/),
  get('a timeline from a day on', '/v1/leads/ann/timeline?from=2026-01-01', /from is not a parameter/),
  get('an order read', '/v1/orders/taken', /nothing at this address|takes/, 404, 'not-found'),
];
