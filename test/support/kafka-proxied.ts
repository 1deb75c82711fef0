import { freePorts } from './free-ports.ts';
import { startKafka, type KafkaServer } from '../servers/kafka/start.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A broker of one's own behind a proxy that its clients stay behind. */
export interface ProxiedKafka {
  readonly broker: KafkaServer;
  readonly proxy: TcpProxy;
  /** Through the proxy; `broker.url` goes past it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts both. */
export const startProxiedKafka = async (
  dir: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<ProxiedKafka> => {
  const [port = 0] = await freePorts(1);
  const broker = await startKafka({ dir, proxy: port, properties });
  const proxy = await startTcpProxy({ target: { port: Number(broker.proxiedUrl.split(':')[1]) }, port });
  return {
    broker,
    proxy,
    url: `127.0.0.1:${port}`,
    stop: async () => {
      await proxy.close();
      await broker.stop();
    },
  };
};
