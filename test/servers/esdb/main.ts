import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startServer } from './server.ts';

/** Runs the stand-in until it gets SIGTERM; prints `listening PORT` when it can be reached. */
const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string', default: '0' },
    'no-sync': { type: 'boolean', default: false },
    remembered: { type: 'string' },
    'not-ready-ms': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-certificate': { type: 'string' },
    user: { type: 'string' },
  },
});
const { file, user, remembered } = values;
if (file === undefined) throw new Error('--file names the log');
const key = values['tls-key'];
const certificate = values['tls-certificate'];

const server = await startServer({
  file,
  port: Number(values.port),
  sync: !values['no-sync'],
  notReadyMs: Number(values['not-ready-ms'] ?? 0),
  ...(remembered === undefined ? {} : { remembered: Number(remembered) }),
  ...(user === undefined ? {} : { user }),
  ...(key === undefined || certificate === undefined
    ? {}
    : { tls: { key: readFileSync(key), certificate: readFileSync(certificate) } }),
});
process.stdout.write(`listening ${server.port}\n`);
process.once('SIGTERM', () => {
  void server.stop().then(() => process.exit(0));
});
