import type { Role } from '../../libs/engine/index.ts';
import { freePort, start, type Child } from './cli-child.ts';
import { send, type Answer, type Call } from './http-server.ts';

/** `leadfold serve` with one role or several, as a process. */
export interface RoleProcess {
  readonly ask: (path: string, call?: Call) => Promise<Answer>;
  /** Answers its exit code; null when the signal ended it. */
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts processes and ends those that are left. */
export const roleProcesses = () => {
  const running = new Set<Child>();
  return {
    start: async (
      roles: Role | readonly Role[],
      environment: Readonly<Record<string, string>>,
    ): Promise<RoleProcess> => {
      const port = await freePort();
      const child = start(['serve'], {
        ...environment,
        LEADFOLD_ROLES: [roles].flat().join(','),
        LEADFOLD_PORT: port,
      });
      running.add(child);
      await child.says('Leadfold listens');
      return {
        ask: (path, call = {}) => send(`http://127.0.0.1:${port}${path}`, call),
        kill: async signal => {
          child.process.kill(signal);
          const { code } = await child.ended;
          running.delete(child);
          return code;
        },
      };
    },
    endAll: async (): Promise<void> => {
      for (const child of running) child.process.kill('SIGKILL');
      await Promise.all([...running].map(({ ended }) => ended));
      running.clear();
    },
  };
};

/** Asks again until it holds; a busy machine may take long. */
export const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 45_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it never came to be: ${what}`);
    await new Promise(wake => setTimeout(wake, 100));
  }
};

/** The funnel's row of leads, from a position on; the problem where there is one. */
export const leadsOf = async (api: RoleProcess, atLeast: number): Promise<unknown> => {
  const { json, status } = await api.ask(`/v1/funnel?atLeast=${atLeast}`);
  if (status !== 200) return json;
  return json.rows.find(row => (row as unknown as { stage: string }).stage === 'lead') ?? json;
};
