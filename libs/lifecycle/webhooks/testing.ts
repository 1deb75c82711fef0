import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A delivery as a receiver got it. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly position: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What it was answered. */
  readonly status: number;
}

/** A receiver on this machine that remembers what it got and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Status that is answered from now on; 0 cuts the connection. A function decides for each delivery, and when. */
  readonly answer: (
    status: number | ((delivery: Omit<Received, 'status'>) => number | Promise<number>),
    headers?: OutgoingHttpHeaders,
  ) => void;
  readonly close: () => Promise<void>;
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = [];
  let decide: (delivery: Omit<Received, 'status'>) => number | Promise<number> = () => 204;
  let answered: OutgoingHttpHeaders = {};
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const take = async (): Promise<void> => {
      const body = Buffer.concat(chunks).toString();
      const { id, type, subject, position } = JSON.parse(body) as Record<string, string>;
      const delivery = {
        id: id ?? '',
        type: type ?? '',
        subject: subject ?? '',
        position: Number(position),
        headers: request.headers,
        body,
      };
      const status = await decide(delivery);
      received.push({ ...delivery, status });
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, answered).end();
    };
    request.on('end', () => void take());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    answer: (status, headers = {}) => {
      answered = headers;
      decide = typeof status === 'number' ? () => status : status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
