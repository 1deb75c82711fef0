// node --import …/register.js x.test.ts: lets a file outside of the repository import `leadfold/…`.
import { offerLeadfold } from './modules.ts';

offerLeadfold();
