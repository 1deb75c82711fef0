import type { FastifyInstance } from 'fastify';

/** The routes that were registered: which methods a path takes. */
export interface Routes {
  /** Methods of the patterns that match a path; empty when none does. */
  readonly methodsOf: (path: string) => readonly string[];
}

/** Notes every route that is registered from now on, and gives some a body limit of their own (bytes). */
export const watchRoutes = (
  fastify: FastifyInstance,
  bodyLimits: Readonly<Record<string, number>>,
): Routes => {
  const methods = new Map<string, Set<string>>();
  fastify.addHook('onRoute', route => {
    const known = methods.get(route.url) ?? new Set<string>();
    for (const method of [route.method].flat()) known.add(method);
    methods.set(route.url, known);
    const limit = bodyLimits[route.url];
    if (limit !== undefined) route.bodyLimit = limit;
  });
  return {
    methodsOf: path => {
      const matching = [...methods].filter(([pattern]) => matches(pattern, path));
      return [...new Set(matching.flatMap(([, set]) => [...set]))].sort();
    },
  };
};

const matches = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  const open = wanted.at(-1) === '*';
  if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, index) => part === '*' || part.startsWith(':') || part === parts[index]);
};
