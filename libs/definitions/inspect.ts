import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from '../projecting/context.ts';
import type { Bridge } from './bridge.ts';
import { DefinitionRefused } from './errors.ts';
import { helloOf } from './folder.ts';
import { bounds, heapMb, type Answers, type Outcome } from './protocol.ts';

/** What a file turns out to be. */
export type Inspected = Answers['load'];

/**
 * Loads a projection in a process of its own, and answers what it says about itself and which files it is made of.
 *
 * @throws DefinitionRefused when it can't be loaded, takes too long or too much memory, or is no projection
 */
export const inspectProjection = async (
  bridge: Bridge,
  path: string,
  context: Context,
): Promise<Inspected> => {
  const entry = resolve(path);
  const key = `inspect ${pathToFileURL(entry).href}`;
  const question = { key, entry, hello: null, line: helloOf(context), within: bounds.load };
  const outcome = (await bridge.ask(question)) as
    Exclude<Outcome, { ok: unknown }> | { readonly ok: Inspected };
  await bridge.ask({ ...question, line: null });
  if ('ok' in outcome) return outcome.ok;
  if ('error' in outcome) throw new DefinitionRefused(`${path} can\u2019t be used: ${outcome.error}`);
  throw new DefinitionRefused(
    'ended' in outcome && outcome.ended === 'memory'
      ? `${path} ended its process while it was loaded, most likely by taking more than ${heapMb} MB; loading must only define`
      : `${path} was still not loaded after ${seconds} s; is there a loop at the top of it? Loading must only define`,
  );
};

const seconds = bounds.load / 1_000;
