import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap's young generation at the size that it has. V8 lets it grow to 64 MB and more where the machine is large, which
 * work over many short-lived rows gains little by.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
