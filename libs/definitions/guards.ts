/** Code of a projection reached for something that the log doesn't determine. */
export class NotPure extends Error {
  override readonly name = 'NotPure';
}

const clock = 'read the clock; use event.occurredAt';
const chance = 'use randomness: the same log must always give the same numbers';
const timers = 'use timers: a fold is one plain step';
const network = 'use the network; bring the data in as events';
const memory = 'use binary buffers: its state is plain JSON';
const surroundings = 'look at the process or its environment';

const refusedGlobals: Readonly<Record<string, string>> = {
  setTimeout: timers,
  setInterval: timers,
  setImmediate: timers,
  queueMicrotask: timers,
  fetch: network,
  WebSocket: network,
  EventSource: network,
  XMLHttpRequest: network,
  BroadcastChannel: network,
  ArrayBuffer: memory,
  SharedArrayBuffer: memory,
  Buffer: memory,
  Blob: memory,
  WebAssembly: memory,
  Atomics: memory,
  ...Object.fromEntries(
    [
      'Int8',
      'Uint8',
      'Uint8Clamped',
      'Int16',
      'Uint16',
      'Int32',
      'Uint32',
      'Float16',
      'Float32',
      'Float64',
    ].map(kind => [`${kind}Array`, memory]),
  ),
  BigInt64Array: memory,
  BigUint64Array: memory,
  process: surroundings,
  navigator: surroundings,
  localStorage: surroundings,
  sessionStorage: surroundings,
  require: 'load modules while it runs; import them at the top of the file',
  eval: 'make code while it runs',
  crypto: chance,
  performance: clock,
};

const refuse = (what: string): never => {
  throw new NotPure(`a projection may not ${what}`);
};

/** Refuses to be called, constructed, or looked into. */
const refusing = (what: string): object => {
  const no = (): never => refuse(what);
  // Only what `function` makes can be asked to construct.
  const target = function (): void {
    no();
  };
  return new Proxy(target, { apply: no, construct: no, get: no, has: no, set: no, ownKeys: no });
};

/** `Date` for instants that are given, not for now. */
const givenDates = (real: DateConstructor): DateConstructor => {
  const Given = function (...given: readonly never[]): Date {
    const asked: unknown = new.target;
    if (asked === undefined || given.length === 0) return refuse(clock);
    return Reflect.construct(real, given, asked === Given ? real : new.target) as Date;
  };
  Object.defineProperty(Given, 'name', { value: 'Date' });
  Object.defineProperty(Given, 'length', { value: real.length });
  Object.assign(Given, { UTC: real.UTC, parse: real.parse, now: () => refuse(clock) });
  Given.prototype = real.prototype;
  return Given as unknown as DateConstructor;
};

/** Guards that stand, and can be lifted for a moment. */
export interface Guards {
  /** Does Node's own work, that may need what is guarded. */
  readonly without: <T>(work: () => T) => T;
}

/**
 * Makes clock, randomness, timers, network and process throw NotPure in a global scope, for good. A guard against mistakes,
 * no sandbox: who wants around it gets around it.
 */
export const guardGlobals = (scope: typeof globalThis = globalThis): Guards => {
  const dates = givenDates(scope.Date);
  const changes: readonly Change[] = [
    change(scope, 'Date', dates),
    change(scope.Date.prototype, 'constructor', dates),
    change(scope.Math, 'random', () => refuse(chance)),
    ...Object.entries(refusedGlobals).map(([name, what]) => change(scope, name, refusing(what))),
  ];
  const put = (which: 'before' | 'after'): void => {
    for (const { target, name, ...values } of changes) {
      const value = values[which];
      if (value === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, value);
    }
  };
  put('after');
  return {
    without: work => {
      put('before');
      try {
        return work();
      } finally {
        put('after');
      }
    },
  };
};

interface Change {
  readonly target: object;
  readonly name: string;
  readonly before: PropertyDescriptor | undefined;
  readonly after: PropertyDescriptor;
}

const change = (target: object, name: string, value: unknown): Change => ({
  target,
  name,
  before: Object.getOwnPropertyDescriptor(target, name),
  after: { value, configurable: true, writable: true, enumerable: false },
});
