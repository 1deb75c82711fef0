export type { Scheduler, Scheduling } from './port.ts';
export { createScheduler } from './scheduler.ts';
