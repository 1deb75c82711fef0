import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { ownModule } from './own-module.ts';
import type { Outcome } from './protocol.ts';

/** Something asked of a definition's process; it is started where it isn't there. */
export interface Question {
  /** Names the process. */
  readonly key: string;
  /** Path of the definition. */
  readonly entry: string;
  /** What the process has to be told first when it is started; null where `line` is that itself. */
  readonly hello: string | null;
  /** The request; null ends the process. */
  readonly line: string | null;
  /** Ms that it may take. */
  readonly within: number;
}

export interface Asked extends Question {
  readonly id: number;
}

/** What the bridge's thread begins with. */
export interface BridgeData {
  readonly port: MessagePort;
  /** Counts the answers. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}

/** The way to the processes of definitions. */
export interface Bridge {
  /** Waits for the answer and lets nothing else happen in this thread. */
  readonly askNow: (question: Question) => Outcome;
  readonly ask: (question: Question) => Promise<Outcome>;
  /** Ends all of them. */
  readonly close: () => Promise<void>;
}

interface Message {
  readonly id: number;
  readonly text: string;
}

const patience = 1_000;

/** Starts nothing until something is asked. */
export const createBridge = (): Bridge => {
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const pending = new Map<number, (text: string) => void>();
  let started: { readonly port: MessagePort; readonly worker: Worker } | undefined;
  let last = 0;

  const take = ({ id, text }: Message): void => {
    const settle = pending.get(id);
    pending.delete(id);
    if (pending.size === 0) started?.port.unref();
    settle?.(text);
  };

  const start = (): NonNullable<typeof started> => {
    if (started !== undefined) return started;
    const { port1: port, port2 } = new MessageChannel();
    const workerData: BridgeData = { port: port2, answered };
    const worker = new Worker(ownModule('bridge-thread'), { workerData, transferList: [port2] });
    worker.unref();
    port.on('message', take);
    port.unref();
    return (started = { port, worker });
  };

  const send = (question: Question, settle: (text: string) => void): void => {
    const { port } = start();
    const asked: Asked = { ...question, id: ++last };
    pending.set(asked.id, settle);
    port.ref();
    port.postMessage(asked);
  };

  return {
    ask: question => new Promise(resolve => send(question, text => resolve(JSON.parse(text) as Outcome))),
    askNow: question => {
      let found: string | undefined;
      send(question, text => (found = text));
      for (;;) {
        const before = Atomics.load(answered, 0);
        const { port } = start();
        for (;;) {
          const got: { readonly message: Message } | undefined = receiveMessageOnPort(port);
          if (got === undefined) break;
          take(got.message);
        }
        if (found !== undefined) return JSON.parse(found) as Outcome;
        Atomics.wait(answered, 0, before, patience);
      }
    },
    close: async () => {
      const { port, worker } = started ?? {};
      started = undefined;
      port?.close();
      await worker?.terminate();
    },
  };
};
