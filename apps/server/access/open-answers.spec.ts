import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  entryOf,
  newKey,
  openKeyRing,
  readKeySource,
  scopes,
  type ApiKey,
  type Scope,
} from '../../../libs/access/index.ts';
import { openAnswers, type OpenAnswers } from './open-answers.ts';

const secrets = Array.from({ length: 4 }, () => newKey());
const keyOf = (name: string, secret: string, ...given: readonly Scope[]): ApiKey =>
  openKeyRing(readKeySource(entryOf(name, given, secret))).find(secret)!;
const [first = '', second = ''] = secrets;

let answers: OpenAnswers;
let ended: string[];
beforeEach(() => {
  answers = openAnswers();
  ended = [];
});
const open = (name: string, key: ApiKey, scope: Scope = 'read'): (() => void) =>
  answers.add(key, scope, () => ended.push(name));

describe('answers that go on', () => {
  const shop = keyOf('shop', first, 'read');
  const reports = keyOf('reports', second, 'read');

  it('go on while their key is among the keys', () => {
    open('a', shop);
    answers.review([reports, shop]);
    answers.review([shop]);
    expect(ended).toEqual([]);
  });

  it('end when it is withdrawn, each once, and those of other keys go on', () => {
    open('a', shop);
    open('b', reports);
    open('c', shop);
    answers.review([reports]);
    answers.review([reports]);
    expect(ended).toEqual(['a', 'c']);
  });

  it('end when all keys are withdrawn', () => {
    open('a', shop);
    open('b', reports);
    answers.review([]);
    expect(ended).toEqual(['a', 'b']);
  });

  it.each<[string, ApiKey, boolean]>([
    ['another key has its name', keyOf('shop', second, 'read'), true],
    ['it has another name', keyOf('store', first, 'read'), false],
    ['it may read no longer', keyOf('shop', first, 'write'), true],
    ['it may do more', keyOf('shop', first, 'admin'), false],
    ['it may do more besides', keyOf('shop', first, 'write', 'read'), false],
  ])('are judged by the key itself: %s', (_, now, ends) => {
    open('a', shop);
    answers.review([now]);
    expect(ended).toEqual(ends ? ['a'] : []);
  });

  it('are forgotten once they have ended by themselves', () => {
    const gone = open('a', shop);
    gone();
    gone();
    answers.review([]);
    expect(ended).toEqual([]);
  });

  it('may begin again after they were ended', () => {
    open('a', shop);
    answers.review([]);
    open('b', shop);
    answers.review([shop]);
    expect(ended).toEqual(['a']);
    answers.review([]);
    expect(ended).toEqual(['a', 'b']);
  });

  it('are, after any history, exactly those whose key still reaches', () => {
    const scope = fc.constantFrom(...scopes);
    const at = fc.nat(secrets.length - 1);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('open' as const), at, scope }),
      fc.record({ kind: fc.constant('close' as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant('keys' as const), held: fc.dictionary(at.map(String), scope) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const watched = openAnswers();
        const real = new Set<number>();
        // The model: what is open, by which key and for what.
        let model: { readonly id: number; readonly at: number; readonly scope: Scope }[] = [];
        const close = new Map<number, () => void>();
        let id = 0;
        for (const one of steps) {
          if (one.kind === 'open') {
            const mine = ++id;
            model.push({ id: mine, at: one.at, scope: one.scope });
            real.add(mine);
            const key = keyOf('k', secrets[one.at]!, 'admin');
            close.set(
              mine,
              watched.add(key, one.scope, () => real.delete(mine)),
            );
          } else if (one.kind === 'close') {
            const gone = model[one.which % Math.max(1, model.length)];
            model = model.filter(each => each !== gone);
            if (gone !== undefined) {
              close.get(gone.id)?.();
              real.delete(gone.id);
            }
          } else {
            const held = Object.entries(one.held);
            watched.review(held.map(([place, given]) => keyOf(`k${place}`, secrets[Number(place)]!, given)));
            model = model.filter(each => {
              const given = one.held[String(each.at)];
              return given === 'admin' || given === each.scope;
            });
          }
          expect([...real].sort()).toEqual(model.map(each => each.id).sort());
        }
      }),
      { numRuns: 60 },
    );
  });
});
