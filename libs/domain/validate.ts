import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import type { TObject } from '@sinclair/typebox';
import { catalog } from './catalog.ts';
import { plainProblem, type Problem } from './plain.ts';
import { inWords } from './schema-words.ts';

const mostProblems = 20;
const compiled = new Map<string, TypeCheck<TObject>>();

const checkOf = (type: string): TypeCheck<TObject> | null => {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const definition = catalog.get(type);
  if (definition === undefined) return null;
  const check = TypeCompiler.Compile(definition.schema);
  compiled.set(type, check);
  return check;
};

const unescape = (pointer: string): string =>
  pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

const schemaProblems = (check: TypeCheck<TObject>, data: unknown): readonly Problem[] => {
  const byPath = new Map<string, Problem>();
  for (const error of check.Errors(data)) {
    const path = unescape(error.path);
    // A missing member is reported twice, as missing and as of the wrong type; the first says it.
    if (!byPath.has(path)) byPath.set(path, { path, message: inWords(error) });
    if (byPath.size === mostProblems) break;
  }
  return [...byPath.values()];
};

/**
 * What is wrong with the data of an event of a type that Leadfold knows; empty when nothing is, at most 20 otherwise.
 * Messages never repeat values, which may be personal.
 *
 * @example
 * checkEventData('LeadCaptured', { leadId: 'a b' }); // [{ path: 'leadId', message: 'must be an id: …' }]
 */
export const checkEventData = (type: string, data: unknown): readonly Problem[] => {
  const check = checkOf(type);
  if (check === null) return [{ path: '', message: 'unknown event type' }];
  // Looked at first, because it bounds how deep anything else has to look.
  const problem = plainProblem(data);
  if (problem !== null) return [problem];
  return check.Check(data) ? [] : schemaProblems(check, data);
};
