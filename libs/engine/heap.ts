import { setFlagsFromString } from 'node:v8';

/**
 * Has the heap collected once it is three times what lives in it. V8 lets it grow fourfold where the machine is
 * large: a catch-up, whose states die old, then holds two hundred MiB more, in the same time.
 */
export const collectSooner = (): void => setFlagsFromString('--heap-growing-percent=200');
