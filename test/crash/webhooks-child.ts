import { openRelaySite } from '../support/webhook-relay.ts';

/** Delivers to webhooks for as long as it lives: `<folder>`. */
const [dir = ''] = process.argv.slice(2);
openRelaySite(dir).relay.start();
process.stdout.write('started\n');
setInterval(() => undefined, 60_000);
