import type { RecordedEvent } from '../../libs/domain/event.ts';
import {
  defineImport,
  mapRows,
  money,
  RowError,
  type ImportDefinition,
  type ImportFile,
} from '../../libs/importing/index.ts';

/** Lines of receipts; a receipt's first fact begins its stream, its buyer is captured with it where an e-mail is told. */
const receipts: ImportFile = {
  name: 'receipts',
  columns: ['receipt', 'at', 'person', 'article', 'price'],
  optional: ['email'],
  group: {
    key: ({ receipt = '', article = '' }) => {
      if (receipt === 'odd') throw new RowError('receipt', 'is odd');
      return article === 'nothing' ? null : receipt;
    },
    facts: (rows, { instant }) => {
      const lines = mapRows(rows, ({ article = '', price = '', at = '' }) => ({
        at: instant(at, 'at'),
        line: { sku: article, quantity: 1, amount: money(price, 'EUR', 'price').amount },
      }));
      const { receipt: orderId = '', person: leadId = '' } = rows[0] ?? {};
      const occurredAt = Math.min(...lines.map(({ at }) => at));
      const email = rows.find(row => (row.email ?? '') !== '')?.email;
      const total = { amount: lines.reduce((sum, { line }) => sum + line.amount, 0), currency: 'EUR' };
      return [
        {
          type: 'OrderPlaced',
          stream: `order-${orderId}`,
          occurredAt,
          data: { orderId, leadId, total, lines: lines.map(({ line }) => line) },
          begins: true,
        },
        {
          type: 'LeadCaptured',
          stream: `lead-${leadId}`,
          occurredAt,
          data: { leadId, ...(email === undefined ? {} : { personal: { email } }) },
        },
      ];
    },
  },
};

/** Visits whose facts begin no stream: a day of a person's is one fact. */
const visits: ImportFile = {
  name: 'visits',
  columns: ['person', 'day', 'page'],
  group: {
    key: ({ person = '', day = '' }) => `${person} ${day}`,
    facts: ([first], { instant }) => {
      const { person: leadId = '', day = '', page: url = '' } = first ?? {};
      if (url === 'none') return [];
      const data = { leadId, touchpointId: `${leadId}-${day}`, url };
      return [{ type: 'PageViewed', stream: `lead-${leadId}`, occurredAt: instant(day, 'day'), data }];
    },
  },
};

/** A made-up source whose rows belong together. */
export const till: ImportDefinition = defineImport({
  source: 'till',
  description: 'Receipts of a till, line by line',
  format: 'csv',
  files: [receipts, visits],
});

export const header = 'receipt,at,person,article,price\n';

/** A line of a receipt, bought by `p1` at noon on 5 January unless it says otherwise. */
export const line = (
  receipt: string,
  article: string,
  price: string,
  { person = 'p1', at = '2026-01-05 12:00:00' } = {},
): string => `${receipt},${at},${person},${article},${price}\n`;

/** The orders in a log: id, amount, and the articles in the order of their lines. */
export const ordersIn = (log: readonly RecordedEvent[]): readonly (readonly [string, number, string])[] =>
  log
    .filter(({ type }) => type === 'OrderPlaced')
    .map(({ data }) => {
      const { orderId, total, lines } = data as {
        orderId: string;
        total: { amount: number };
        lines: readonly { sku: string }[];
      };
      return [orderId, total.amount, lines.map(({ sku }) => sku).join('')];
    });
