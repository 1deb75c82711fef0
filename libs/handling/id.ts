import { Id } from '../domain/schema.ts';

const pattern = new RegExp(Id.pattern ?? '');

/** Whether a text can be an id, and so stand in a stream's name. */
export const isId = (text: string): boolean => pattern.test(text);
