import {
  defineImport,
  mapRows,
  money,
  RowError,
  type AnyFact,
  type GroupedFile,
  type ImportContext,
  type Row,
} from '../libs/importing/index.ts';

/** The shop counts in pounds. */
const currency = 'GBP';

/** A row as it is read. */
interface Line {
  readonly occurredAt: number;
  readonly leadId: string;
  readonly country: string;
  /** Of the invoice. */
  readonly line: {
    readonly sku: string;
    readonly name?: string;
    readonly quantity: number;
    readonly amount: number;
  };
}

const isCancellation = (invoice: string): boolean => invoice.startsWith('C');

/** True of a number that is not above zero; what is no number is another matter. */
const isNothing = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text) && Number(text) <= 0;

const wholeNumber = (text: string, column: string): number => {
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new RowError(column, `"${text.slice(0, 60)}" is no quantity: a whole number but 0`);
  return number;
};

const readLine = (row: Row, { instant }: ImportContext): Line => {
  const { StockCode = '', Description = '', Price = '' } = row;
  const sign = isCancellation(row.Invoice ?? '') ? -1 : 1;
  const quantity = sign * wholeNumber(row.Quantity ?? '', 'Quantity');
  if (quantity < 0) throw new RowError('Quantity', 'is above 0, and the invoice a cancellation');
  const name = Description.trim();
  return {
    occurredAt: instant(row.InvoiceDate ?? '', 'InvoiceDate'),
    // Some exports write the customer's number as a decimal.
    leadId: `retail-${(row['Customer ID'] ?? '').replace(/\.0+$/, '')}`,
    country: row.Country ?? '',
    line: {
      sku: StockCode.trim(),
      ...(name === '' ? {} : { name }),
      quantity,
      amount: money(Price, currency, 'Price', quantity).amount,
    },
  };
};

const factsOf = (rows: readonly Row[], context: ImportContext): readonly AnyFact[] => {
  const lines = mapRows(rows, row => readLine(row, context));
  const [{ leadId, country }] = lines as readonly [Line];
  mapRows(rows, row => {
    const other = lines[rows.indexOf(row)];
    if (other?.leadId !== leadId)
      throw new RowError('Customer ID', 'the invoice has another customer on another line');
  });
  const orderId = rows[0]?.Invoice ?? '';
  const total = { amount: lines.reduce((sum, { line }) => sum + line.amount, 0), currency };
  return [
    {
      type: isCancellation(orderId) ? 'OrderCancelled' : 'OrderPlaced',
      stream: `order-${orderId}`,
      occurredAt: Math.min(...lines.map(({ occurredAt }) => occurredAt)),
      data: {
        orderId,
        leadId,
        ...(country === '' ? {} : { country }),
        total,
        lines: lines.map(({ line }) => line),
      },
      begins: true,
    },
  ];
};

const lines: GroupedFile = {
  name: 'invoice-lines',
  columns: [
    'Invoice',
    'StockCode',
    'Description',
    'Quantity',
    'InvoiceDate',
    'Price',
    'Customer ID',
    'Country',
  ],
  group: {
    key: ({ Invoice = '', Quantity = '', Price = '', 'Customer ID': customer = '' }) => {
      if (customer === '' || isNothing(Price)) return null;
      return isNothing(Quantity) && !isCancellation(Invoice) ? null : Invoice;
    },
    facts: factsOf,
  },
};

/** Invoices of a British gift shop. A cancellation is an invoice of its own, and does not say what it cancels. */
export default defineImport({
  source: 'online-retail',
  description: 'Online Retail II by UCI: invoices and cancellations of a gift shop, line by line',
  format: 'csv',
  files: [lines],
});
