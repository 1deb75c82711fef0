import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Appended, Position } from '../port.ts';
import type { PreparedAppend } from '../prepare.ts';
import { judge, type Step } from './judge.ts';
import { createKnown, type Known, type Memory, type Place } from './known.ts';
import type { Left } from './patience.ts';
import type { LogReader } from './read.ts';
import type { Send, Sent } from './send.ts';
import { positionOf, standingOf } from './stored.ts';
import { Conflict } from './trouble.ts';

/** Takes one append; nothing else may be appended to its stream by this process meanwhile. */
export type TakeAppend = (append: PreparedAppend, left: Left) => Promise<Appended>;

export interface AppendOptions {
  readonly memory: Memory;
  readonly reader: LogReader;
  readonly send: Send;
}

/** The events are written, whatever else can't be told of them. */
const afterWriting = (error: unknown): never => {
  throw error instanceof StoreUnavailable ? new StoreUnavailable(error.message, true, error) : error;
};

const all = ({ events }: PreparedAppend): readonly string[] => events.map(({ id }) => id);

export const createTakeAppend = ({ memory, reader, send }: AppendOptions): TakeAppend => {
  /** Reads the stream on from where it is known. */
  const learn = async (stream: string, known: Known, left: Left): Promise<void> => {
    for await (const page of reader.pages(stream, known.head() + 1, left))
      known.extend(known.head() + 1, page.map(standingOf));
    memory.put(stream, known);
  };

  const place = async (
    stream: string,
    [revision, position]: Place,
    left: Left,
  ): Promise<readonly [number, Position]> => {
    if (position !== null) return [revision, position];
    const event = await reader.at(stream, revision, left);
    return [revision, event === null ? 0 : positionOf(event)];
  };

  const answerOf = async (
    append: PreparedAppend,
    known: Known,
    { events }: Extract<Step, { readonly kind: 'send' }>,
    { revision, position, ours }: Sent,
    left: Left,
  ): Promise<Appended> => {
    const { stream } = append;
    const from = revision - events.length + 1;
    const taken = events.map(({ id }, n) => ({
      id,
      revision: from + n,
      position: n === events.length - 1 ? position : null,
    }));
    known.extend(from, taken);
    memory.put(stream, known);
    if (ours && events.length === append.events.length) return { revision, position, duplicates: [] };
    const sent = new Set(events.map(({ id }) => id));
    const duplicates = ours ? all(append).filter(id => !sent.has(id)) : all(append);
    const last = append.events.at(-1)?.id ?? '';
    const there = known.placeOf(last);
    if (last === events.at(-1)?.id || there === undefined) return { revision, position, duplicates };
    const [at, where] = await place(stream, there, left).catch(afterWriting);
    return { revision: at, position: where, duplicates };
  };

  return async (append, left) => {
    const { stream, expected } = append;
    let known = memory.of(stream);
    for (let current = false; ; current = true) {
      const step = judge(append, known, current);
      known ??= createKnown();
      if (step.kind === 'refuse') throw new WrongExpectedRevision(stream, expected, step.actual);
      if (step.kind === 'answer') {
        const [revision, position] = await place(stream, step.place, left);
        return { revision, position, duplicates: all(append) };
      }
      if (step.kind === 'send') {
        const sent = await send({ stream, events: step.events, after: step.after, current }, left);
        if (!(sent instanceof Conflict)) return answerOf(append, known, step, sent, left);
      }
      await learn(stream, known, left);
    }
  };
};
