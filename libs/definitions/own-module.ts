/**
 * The URL of a module beside this one, as the program runs now: TypeScript from source, JavaScript when compiled.
 *
 * @example ownModule('child') // file:///…/dist/libs/definitions/child.js
 */
export const ownModule = (name: string): URL => new URL(`./${name}${ending}`, import.meta.url);

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
