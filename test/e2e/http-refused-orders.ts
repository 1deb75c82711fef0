import { inDays, post, type Case } from './http-case.ts';

const total = { amount: 1_299, currency: 'EUR' };
const line = { sku: 'a', quantity: 1, amount: 1_299 };
const order = (what: string, changes: object, says: RegExp): Case =>
  post(what, '/v1/orders', { leadId: 'ann', total, ...changes }, says);
const ofLine = (what: string, changes: object, says: RegExp): Case =>
  order(what, { lines: [line, { ...line, ...changes }] }, says);

/** Orders that can't be placed or cancelled. */
export const orders: readonly Case[] = [
  order('an order of nobody', { leadId: undefined }, /leadId must be an id/),
  order('an e-mail for a lead', { leadId: 'ann@example.org' }, /leadId must be an id/),
  order('an order without a total', { total: undefined }, /total must be an object/),
  order('null for a total', { total: null }, /total must be an object/),
  order('a plain total', { total: 1_299 }, /total must be an object/),
  order('a negative total', { total: { ...total, amount: -1 } }, /total\.amount/),
  order('a fraction of a cent', { total: { ...total, amount: 0.5 } }, /total\.amount.*whole number/),
  order('a total beyond what is exact', { total: { ...total, amount: 2 ** 53 } }, /total\.amount/),
  order('a currency in small letters', { total: { ...total, currency: 'eur' } }, /total\.currency/),
  order('a total with more in it', { total: { ...total, tax: 1 } }, /total\.tax is not a known field/),
  order('an unknown field', { voucher: 'x' }, /voucher is not a known field/),
  order('an empty country', { country: '' }, /country.*1 to 200/),
  order('an id with a slash', { id: 'a/b' }, /id must be an id/),
  order('an order in two days', { occurredAt: inDays(2) }, /a day ahead/),
  order('an object for lines', { lines: line }, /lines must be a list/),
  order('lists in lines', { lines: [[line]] }, /lines must be a list/),
  order('5,001 lines', { lines: Array(5_001).fill(line) }, /lines must be a list of at most 5000/),
  ofLine('a line without an article', { sku: undefined }, /lines\[1\]\.sku/),
  ofLine('a line of nothing', { quantity: 0 }, /lines\[1\]\.quantity/),
  ofLine('a line that comes back', { quantity: -1 }, /lines\[1\]\.quantity/),
  ofLine('half an article', { quantity: 0.5 }, /lines\[1\]\.quantity/),
  ofLine('a negative line', { amount: -1 }, /lines\[1\]\.amount/),
  ofLine('a line with money of its own', { amount: total }, /lines\[1\]\.amount/),
  ofLine('a line with an unknown field', { price: 1 }, /price is not a known field/),
  ofLine('a line with a prototype', { constructor: { prototype: {} } }, /constructor/),
  post('a reason that is a list', '/v1/orders/taken/cancel', { reason: ['x'] }, /reason must be a text/),
  post('a reason of 10,001 characters', '/v1/orders/taken/cancel', { reason: 'x'.repeat(10_001) }, /reason/),
  post('a cancellation that says which', '/v1/orders/taken/cancel', { id: 'taken' }, /id is not a known/),
  post('an id with a blank', '/v1/orders/a%20b/cancel', {}, /id must be an id/),
  post(
    'an order of a lead that is not there',
    '/v1/orders',
    { leadId: 'nobody', total },
    /no lead nobody/,
    404,
    'not-found',
  ),
  post('an order that is not there', '/v1/orders/none/cancel', {}, /no order none/, 404, 'not-found'),
  post(
    'an id that is taken',
    '/v1/orders',
    { id: 'taken', leadId: 'ann', total },
    /an order taken already/,
    422,
    'order-exists',
  ),
  post(
    'the id of a cancelled order',
    '/v1/orders',
    { id: 'gone', leadId: 'ann', total },
    /an order gone already/,
    422,
    'order-exists',
  ),
  post('a second cancellation', '/v1/orders/gone/cancel', {}, /cancelled already/, 422, 'order-cancelled'),
];
