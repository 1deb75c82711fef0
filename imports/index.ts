import type { ImportDefinition } from '../libs/importing/index.ts';
import olist from './olist.import.ts';

/** The sources that `leadfold import --as` knows by name. */
export const imports: readonly ImportDefinition[] = [olist];
