import { esdbWorkspace } from './figures-workspace.ts';
import { olistFigures } from './olist-figures.ts';
import { onlineRetailFigures } from './online-retail-figures.ts';

// The same figures as with the embedded log, through EventStoreDB's protocol.
olistFigures('at once', esdbWorkspace);
onlineRetailFigures(esdbWorkspace, false);
