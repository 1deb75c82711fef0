import { allows, type ApiKey, type Scope } from '../../../libs/access/index.ts';

/** Answers that don't end by themselves, and the keys on which they were begun. */
export interface OpenAnswers {
  /**
   * Notes one. @param end ends it, once its key is withdrawn
   *
   * @returns to be called when it has ended
   */
  readonly add: (key: ApiKey, scope: Scope, end: () => void) => () => void;
  /** Ends those whose key is none of these any more, or reaches no longer so far. */
  readonly review: (keys: readonly ApiKey[]) => void;
}

interface Opened {
  readonly key: ApiKey;
  readonly scope: Scope;
  readonly end: () => void;
}

/** A key is looked at when a request comes; what goes on for days has to be looked at again when the keys change. */
export const openAnswers = (): OpenAnswers => {
  const opened = new Set<Opened>();
  return {
    add: (key, scope, end) => {
      const one = { key, scope, end };
      opened.add(one);
      return () => void opened.delete(one);
    },
    review: keys => {
      for (const one of opened) {
        const now = keys.find(({ digest }) => digest.equals(one.key.digest));
        if (now !== undefined && allows(now, one.scope)) continue;
        opened.delete(one);
        one.end();
      }
    },
  };
};
