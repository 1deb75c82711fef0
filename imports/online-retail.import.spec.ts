import { describe, expect, it } from '@jest/globals';
import { checkEventData } from '../libs/domain/validate.ts';
import { createImportContext, type AnyFact, type Row } from '../libs/importing/index.ts';
import { imports } from './index.ts';
import retail from './online-retail.import.ts';

const { group } = retail.files[0]!;
const row: Row = {
  Invoice: '489434',
  StockCode: '85048',
  Description: '15CM CHRISTMAS GLASS BALL 20 LIGHTS',
  Quantity: '12',
  InvoiceDate: '2009-12-01 07:45:00',
  Price: '6.95',
  'Customer ID': '13085',
  Country: 'United Kingdom',
};
const cancellation: Row = { ...row, Invoice: 'C489449', Quantity: '-6', Price: '1.65' };
const factsOf = (rows: readonly Row[], zone = 'UTC'): readonly AnyFact[] => {
  const facts = group!.facts(rows, createImportContext(zone));
  for (const { type, data } of facts) expect(checkEventData(type, data)).toEqual([]);
  return facts;
};
const dataOf = (...rows: readonly Row[]): unknown => factsOf(rows)[0]!.data;

describe('the import of Online Retail', () => {
  it('is known by name', () => expect(imports).toContain(retail));

  it('makes the lines of an invoice an order, in pounds', () => {
    const second = { ...row, StockCode: '79323P ', Description: ' PINK LIGHTS', Quantity: '3', Price: '2.1' };
    expect(factsOf([row, second])).toEqual([
      {
        type: 'OrderPlaced',
        stream: 'order-489434',
        occurredAt: Date.UTC(2009, 11, 1, 7, 45),
        begins: true,
        data: {
          orderId: '489434',
          leadId: 'retail-13085',
          country: 'United Kingdom',
          total: { amount: 8_970, currency: 'GBP' },
          lines: [
            { sku: '85048', name: '15CM CHRISTMAS GLASS BALL 20 LIGHTS', quantity: 12, amount: 8_340 },
            { sku: '79323P', name: 'PINK LIGHTS', quantity: 3, amount: 630 },
          ],
        },
      },
    ]);
  });

  it('takes the earliest time of the invoice, in the zone of the workspace', () => {
    const later = { ...row, InvoiceDate: '2009-12-01 07:46:00' };
    expect(factsOf([later, row, later], 'Europe/London')[0]!.occurredAt).toBe(Date.UTC(2009, 11, 1, 7, 45));
    expect(factsOf([later], 'Asia/Tokyo')[0]!.occurredAt).toBe(Date.UTC(2009, 10, 30, 22, 46));
  });

  it('rounds each line once it is multiplied, half away from zero', () => {
    const cheap = { ...row, Price: '0.001' };
    expect(
      dataOf({ ...cheap, Quantity: '5' }, { ...cheap, Quantity: '4' }, { ...cheap, Quantity: '15' }),
    ).toMatchObject({ total: { amount: 3 }, lines: [{ amount: 1 }, { amount: 0 }, { amount: 2 }] });
  });

  it('counts a line that is there twice twice', () =>
    expect(dataOf(row, row)).toMatchObject({ total: { amount: 16_680 }, lines: [{}, {}] }));

  it('makes an invoice that begins with C a cancellation of its own, with positive amounts', () => {
    expect(factsOf([cancellation])).toMatchObject([
      {
        type: 'OrderCancelled',
        stream: 'order-C489449',
        begins: true,
        data: {
          orderId: 'C489449',
          leadId: 'retail-13085',
          total: { amount: 990, currency: 'GBP' },
          lines: [{ quantity: 6, amount: 990 }],
        },
      },
    ]);
  });

  it('leaves out a description and a country that are not told', () => {
    const data = dataOf({ ...row, Description: ' ', Country: '' });
    expect(data).not.toHaveProperty('country');
    expect((data as { lines: readonly object[] }).lines[0]).not.toHaveProperty('name');
  });

  it('knows a customer whose number was written as a decimal', () => {
    expect(dataOf({ ...row, 'Customer ID': '13085.0' })).toMatchObject({ leadId: 'retail-13085' });
    expect(dataOf({ ...row, 'Customer ID': '130' })).toMatchObject({ leadId: 'retail-130' });
    expect(dataOf(row, { ...row, 'Customer ID': '13085.0' })).toMatchObject({ leadId: 'retail-13085' });
  });

  it.each<[string, Partial<Row>, string | null]>([
    ['a purchase', {}, '489434'],
    ['a cancellation', { Invoice: 'C1', Quantity: '-1' }, 'C1'],
    ['a row without a customer', { 'Customer ID': '' }, null],
    ['a row without a customer that is odd besides', { 'Customer ID': '', Quantity: 'x' }, null],
    ['a gift', { Price: '0' }, null],
    ['a gift, written at length', { Price: '0.000' }, null],
    ['a bad debt', { Invoice: 'A506401', Price: '-53594.36' }, null],
    ['goods that came back without a cancellation', { Quantity: '-3' }, null],
    ['nothing of an article', { Quantity: '0' }, null],
    ['a price below a penny', { Price: '0.001' }, '489434'],
    ['a price that is none, to be refused', { Price: 'free' }, '489434'],
    ['a price that is not told, to be refused', { Price: '' }, '489434'],
    ['a quantity that is none, to be refused', { Quantity: 'many' }, '489434'],
  ])('has %s in its group', (_, changes, key) =>
    expect(group!.key({ ...row, ...(changes as Row) })).toBe(key),
  );

  it.each<[string, Row, string, string]>([
    ['no price', { ...row, Price: '' }, 'Price', 'is no amount'],
    ['a price in words', { ...row, Price: 'free' }, 'Price', 'is no amount'],
    ['a price with a comma', { ...row, Price: '6,95' }, 'Price', 'is no amount'],
    ['half a piece', { ...row, Quantity: '0.5' }, 'Quantity', 'is no quantity'],
    ['a quantity in words', { ...row, Quantity: 'a dozen' }, 'Quantity', 'is no quantity'],
    ['a cancellation that sells', { ...cancellation, Quantity: '6' }, 'Quantity', 'a cancellation'],
    ['a day that does not exist', { ...row, InvoiceDate: '2010-02-30' }, 'InvoiceDate', 'does not exist'],
    ['another customer', { ...row, 'Customer ID': '9' }, 'Customer ID', 'another customer'],
  ])('refuses the invoice for a line with %s, and names the line', (_, bad, column, reason) => {
    const good = bad.Invoice === row.Invoice ? row : cancellation;
    expect(() => factsOf([good, bad])).toThrow(
      expect.objectContaining({
        name: 'RowError',
        column,
        row: bad,
        message: expect.stringContaining(reason),
      }),
    );
  });
});
