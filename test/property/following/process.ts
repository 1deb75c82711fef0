import type { Fate } from './histories.ts';

/** What a call rejects with that its fate is against. */
export class Fated extends Error {
  override readonly name = 'Fated';
}

/** One process: once it is killed, nothing that it still calls has an effect. */
export interface Process {
  readonly killed: Promise<'killed'>;
  readonly alive: () => boolean;
  /**
   * Makes a call as its fate has it.
   *
   * @param effect what the call does; told whether only in part
   */
  readonly call: <T>(fate: Fate, effect: (inPart: boolean) => T | Promise<T>) => Promise<T>;
}

export const startProcess = (): Process => {
  const killing = Promise.withResolvers<'killed'>();
  let alive = true;
  const kill = (): never => {
    alive = false;
    killing.resolve('killed');
    throw new Fated('killed');
  };

  return {
    killed: killing.promise,
    alive: () => alive,
    call: async (fate, effect) => {
      if (!alive || fate === 'killed before') return kill();
      if (fate === 'away') throw new Fated('away');
      const answer = await effect(fate.endsWith('in part'));
      if (fate.startsWith('killed')) return kill();
      if (fate !== 'done') throw new Fated('nobody knows what became of it');
      return answer;
    },
  };
};
