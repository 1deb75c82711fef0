import type { ImportDefinition } from '../libs/importing/index.ts';
import olist from './olist.import.ts';
import onlineRetail from './online-retail.import.ts';

/** The sources that `leadfold import --as` knows by name. */
export const imports: readonly ImportDefinition[] = [olist, onlineRetail];
