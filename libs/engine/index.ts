export { backUp, CopyFailed } from './back-up.ts';
export { checkLog } from './check-log.ts';
export { collectSooner } from './heap.ts';
export { logFile, readFolder } from './data-files.ts';
export { openEngine, patient, shippedProjections, type EngineOptions } from './engine.ts';
export { exportLog, importLog } from './move-log.ts';
export { InvalidSettings, parseSettings } from './parse-settings.ts';
export type { Engine } from './port.ts';
export { roles, type Role, type Settings } from './settings.ts';
