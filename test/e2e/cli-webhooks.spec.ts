import { get } from 'node:http';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { until } from '../../libs/lifecycle/testing.ts';
import { startReceiver, type Receiver } from '../../libs/lifecycle/webhooks/testing.ts';
import { freePort, leadfold, newFolder, start, type Child } from './cli-child.ts';
import { send } from './http-server.ts';

const data = newFolder();
let receiver: Receiver;
let server: Child;
let url: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  receiver = await startReceiver();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = { LEADFOLD_DATA: data, LEADFOLD_PORT: port, LEADFOLD_WEBHOOK_NETWORKS: '127.0.0.0/8' };
  server = start(['serve'], environment);
  await server.says('listens on');
}, 90_000);
afterAll(async () => {
  server.process.kill('SIGKILL');
  await receiver.close();
  rmSync(data, { recursive: true, force: true });
});

const capture = (id: string) => send(`${url}/v1/leads`, { body: { id, email: `${id}@example.org` } });

/** Each step goes on from the one before, as somebody at a terminal would. */
describe('webhooks on the command line, beside a server that runs', () => {
  let secret: string;

  it('says how to begin, and what a mistake was', async () => {
    expect(await leadfold(['webhooks'], environment)).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('leadfold webhooks add URL --types TYPES'),
    });
    const add = (target: string, types: string) =>
      leadfold(['webhooks', 'add', target, '--types', types], environment);
    expect(await add('https://10.0.0.1/', 'leadfold.lead.captured')).toMatchObject({
      code: 1,
      err: 'leadfold: the address is not on the public internet\n',
    });
    expect(await add(receiver.url, 'lead.captured')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there are no such types; known: leadfold.lead.captured'),
    });
    expect(await leadfold(['webhooks', 'deliveries', 'crm'], environment)).toMatchObject({
      code: 1,
      err: 'leadfold: there is no webhook crm; leadfold webhooks shows those that there are\n',
    });
  }, 60_000);

  it('registers one, and prints its secret once', async () => {
    const words = ['webhooks', 'add', receiver.url, '--id', 'crm', '--types', 'leadfold.lead.captured'];
    const added = await leadfold(words, environment);
    expect(added).toMatchObject({ code: 0, err: 'the secret of crm is shown this once\n' });
    secret = added.out.trim();
    const listed = await leadfold(['webhooks', '--json'], environment);
    expect(JSON.parse(listed.out)).toMatchObject([{ id: 'crm', url: receiver.url, status: 'active' }]);
    expect(listed.out).not.toContain('whsec_');
  }, 60_000);

  it('has the server deliver, and shows every attempt', async () => {
    receiver.answer(500);
    await capture('ann');
    await until(() => receiver.received.length > 0);
    const { body, headers } = receiver.received[0]!;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      subject: 'ann',
    });
    const failed = await leadfold(['webhooks', 'deliveries', 'crm'], environment);
    expect(failed.out).toMatch(/lead\.captured +ann +pending +\d +500/);

    receiver.answer(200);
    const { id } = receiver.received[0]!;
    const asked = await leadfold(['webhooks', 'redeliver', 'crm', id], environment);
    expect(asked).toMatchObject({ code: 0, err: expect.stringContaining('asked for') });
    await until(async () => {
      const { out } = await leadfold(['webhooks', 'deliveries', 'crm', '--json'], environment);
      return (JSON.parse(out) as { status: string }[])[0]!.status === 'delivered';
    });
  }, 60_000);

  it('disables, enables and removes it', async () => {
    const act = (...words: readonly string[]) => leadfold(['webhooks', ...words], environment);
    expect(await act('disable', 'crm')).toMatchObject({ code: 0, err: 'crm is disabled\n' });
    await new Promise(resolve => setTimeout(resolve, 1_500));
    const before = receiver.received.length;
    await capture('bob');
    expect((await act()).out).toMatch(/crm .*disabled +asked/);
    expect(receiver.received).toHaveLength(before);
    await act('enable', 'crm');
    await until(() => receiver.received.length > before);
    expect((await act('rotate-secret', 'crm')).out).toMatch(/^whsec_/);
    expect(await act('remove', 'crm')).toMatchObject({ code: 0, err: 'crm is removed\n' });
    expect((await act('remove', 'crm')).code).toBe(1);
  }, 60_000);

  it('ends streams when the server is told to end, and the server ends well', async () => {
    const ended = new Promise<string>((resolve, reject) => {
      get(`${url}/v1/events/stream?after=0`, { agent: false }, response => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('leadfold.lead.captured')) server.process.kill('SIGTERM');
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      }).on('error', reject);
    });
    expect(await ended).toContain('"subject":"ann"');
    expect(await server.ended).toMatchObject({ code: 0 });
  }, 60_000);
});
