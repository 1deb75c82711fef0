import { embeddedWorkspace } from './figures-workspace.ts';
import { olistFigures } from './olist-figures.ts';

olistFigures('at once', embeddedWorkspace);
olistFigures('after an interruption in the other order, and once more', embeddedWorkspace);
