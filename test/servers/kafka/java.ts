import { runProgram, type Program } from '../process.ts';

const options = ['-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** Runs a class of the jars in a folder. */
export const runJava = (
  jars: string,
  main: string,
  args: readonly string[],
  log?: (line: string) => void,
): Program => runProgram('java', [...options, '-cp', `${jars}/*`, main, ...args], { log });
