import { embeddedWorkspace } from './figures-workspace.ts';
import { onlineRetailFigures } from './online-retail-figures.ts';

onlineRetailFigures(embeddedWorkspace, true);
