import type { FastifyReply, FastifyRequest } from 'fastify';
import { toCsv, type Cell } from '../../../libs/csv/to-csv.ts';
import { wantsCsv } from './csv.ts';

type Row = Readonly<Record<string, Cell>>;

/** Rows as CSV: the body to send, its type set. */
export const sendCsv = (reply: FastifyReply, rows: readonly Row[]): string => {
  reply.type('text/csv; charset=utf-8; header=present');
  return toCsv(rows);
};

/** A page of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** A page as the client would rather have it. As CSV it is the rows alone, the next cursor in a Link header. */
export const sendPage = <P extends Page<unknown>>(
  request: FastifyRequest,
  reply: FastifyReply,
  page: P,
  row: (item: P['data'][number]) => Row,
): P | string => {
  if (!wantsCsv(request.headers.accept)) return page;
  if (page.nextCursor !== null) {
    const next = new URL(request.url, 'http://localhost');
    next.searchParams.set('cursor', page.nextCursor);
    reply.header('link', `<${next.pathname}${next.search}>; rel="next"`);
  }
  return sendCsv(reply, page.data.map(row));
};
