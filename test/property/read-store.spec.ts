import { sqliteReads } from '../support/sqlite-reads.ts';
import { cellsByHandProperty } from './read-store/cells.ts';
import { entitiesByMapProperty } from './read-store/entities.ts';

const sqlite = () => Promise.resolve(sqliteReads());

cellsByHandProperty('SQLite', sqlite);
entitiesByMapProperty('SQLite', sqlite);
