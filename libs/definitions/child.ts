// The process of one definition: loads it, and folds by it. It ends when nobody listens any more.
import { pathToFileURL, fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { createCalendar } from '../projecting/calendar.ts';
import type { Context } from '../projecting/context.ts';
import type { Projection } from '../projecting/define.ts';
import { watchClosure, problemOf } from './closure.ts';
import { DefinitionRefused } from './errors.ts';
import { guardGlobals } from './guards.ts';
import { lineReader, writeLine } from './lines.ts';
import { tellLocated } from './located.ts';
import { manifestOf, projectionOf } from './manifest.ts';
import {
  repliesFd,
  requestsFd,
  timeFor,
  tracePrefix,
  type Answers,
  type Reply,
  type Request,
} from './protocol.ts';
import { createResponder, type Responder } from './respond.ts';
// Loaded before anything of the definition is, so that its modules stand outside of the guards' reach.
import './importing.ts';
import './projecting.ts';

const entry = pathToFileURL(process.argv[2] ?? '').href;
const closure = watchClosure(entry);
const tell = (error: unknown): string => tellLocated(error, closure);
const next = lineReader(requestsFd);
const reply = (line: Reply): void => writeLine(repliesFd, JSON.stringify(line));

const load = async (): Promise<{ readonly exported: string; readonly projection: Projection }> => {
  const name = closure.nameOf(entry);
  const problem = problemOf(name, entry);
  if (problem !== null) throw new DefinitionRefused(`${name}: ${problem}`);
  closure.guardedBy(guardGlobals());
  const module = (await import(entry)) as Readonly<Record<string, unknown>>;
  closure.seal();
  return projectionOf(module, name);
};

const scope = globalThis as unknown as { leadfoldWork: () => unknown };

/** Runs work that is ended after a while; undefined then. */
const within = <T>(ms: number, work: () => T): { readonly value: T } | undefined => {
  scope.leadfoldWork = () => ({ value: work() });
  try {
    return runInThisContext('leadfoldWork()', { timeout: ms }) as { readonly value: T };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
};

const respond = (responder: Responder, request: Exclude<Request, { op: 'load' }>): Answers[Request['op']] => {
  if (request.op === 'assign') return responder.assign(request.events);
  return request.op === 'fold' ? responder.fold(request) : responder.standings(request.states);
};

const sizeOf = (request: Exclude<Request, { op: 'load' }>): number =>
  request.op === 'standings' ? request.states.length : request.events.length;

const first = JSON.parse(next() ?? 'null') as Extract<Request, { op: 'load' }> | null;
if (first !== null) {
  const calendar = createCalendar(first.zone);
  const context: Context = { calendar, workspace: first.workspace, params: {} };
  const serve = (projection: Projection): void => {
    const trace = (position: number): void => writeLine(repliesFd, `${tracePrefix}${position}`);
    const responder = createResponder(projection, context, tell, closure.nameOf(entry), trace);
    for (let line = next(); line !== null; line = next()) {
      const request = JSON.parse(line) as Exclude<Request, { op: 'load' }>;
      try {
        const done = within(timeFor(sizeOf(request)), () => respond(responder, request));
        reply(done === undefined ? { hung: responder.at() } : { ok: done.value });
      } catch (error) {
        reply({ error: tell(error) });
      }
    }
  };
  try {
    const { exported, projection } = await load();
    const files = [...closure.files].map(url => fileURLToPath(url));
    reply({ ok: { manifest: manifestOf(exported, projection), files } });
    serve(projection);
  } catch (error) {
    do reply({ error: tell(error) });
    while (next() !== null);
  }
}
