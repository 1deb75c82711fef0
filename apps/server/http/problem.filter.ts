import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problemDocument, problemType, type Problem } from './problem.ts';
import { problemOf, refusal } from './problem-of.ts';
import type { Routes } from './routes.ts';

/** Answers every error as problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: Routes,
    private readonly metrics: readonly string[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem =
      request.is404 && error instanceof NotFoundException
        ? this.unmatched(request)
        : (problemOf(error) ?? this.bug(error, request));
    sendProblem(http.getResponse<FastifyReply>(), problem, request.id);
  }

  private unmatched(request: FastifyRequest): Problem {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = this.routes.methodsOf(path);
    if (methods.length === 0)
      return refusal(
        404,
        `there is nothing at this address; metrics are ${this.metrics.map(name => `/v1/${name}`).join(', ')}, the rest is at /docs`,
      );
    const allow = methods.join(', ');
    return { ...refusal(405, `this address takes ${allow}`), headers: { allow } };
  }

  private bug(error: unknown, request: FastifyRequest): Problem {
    this.logger.error(
      { err: describe(error), requestId: request.id, route: request.routeOptions.url },
      'bug',
    );
    return {
      status: 500,
      name: 'internal',
      title: 'Internal error',
      detail: 'that is a fault of Leadfold; its log has more under the requestId',
    };
  }
}

/** Sends a problem, unless the answer is under way already. */
export const sendProblem = (reply: FastifyReply, problem: Problem, requestId: string): void => {
  if (reply.sent) return;
  void reply
    .code(problem.status)
    .headers({ ...problem.headers, 'x-request-id': requestId })
    .type(problemType)
    .send(JSON.stringify(problemDocument(problem, requestId)));
};

// Messages of errors that nobody foresaw may quote data; where it broke is enough to find it.
const describe = (error: unknown): { readonly type: string; readonly stack: readonly string[] } => {
  if (!(error instanceof Error)) return { type: typeof error, stack: [] };
  // A line of the message may look like a frame.
  const frames = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter(line => /^\s+at /.test(line));
  return { type: error.name, stack: frames.slice(0, 15).map(line => line.trim()) };
};
