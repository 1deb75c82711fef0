import { mongoReads } from '../support/mongo-reads.ts';
import { cellsByHandProperty } from './read-store/cells.ts';
import { entitiesByMapProperty } from './read-store/entities.ts';

const mongo = () => Promise.resolve(mongoReads());

cellsByHandProperty('MongoDB', mongo, 0.3);
entitiesByMapProperty('MongoDB', mongo, 0.3);
