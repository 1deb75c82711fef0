export { makeHistory, type DemoOptions } from './history.ts';
export { demoId, demoOf, noted, type Noted } from './resume.ts';
export type { History, Step } from './step.ts';
export { writeSteps, type WriteRun, type Written } from './write.ts';
