import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotFound, RuleViolation } from '../../domain/errors.ts';
import type { EventStore } from '../../event-store/port.ts';
import { openSqliteEventStore } from '../../event-store/sqlite/index.ts';
import { createKeyedHash } from '../../handling/keyed-hash.ts';
import { createWebhookCommands, type WebhookCommands } from './commands.ts';
import { createRegistry } from './registry.ts';
import { webhookSecret } from './secret.ts';

const secret = 'a secret of thirty-two characters';
const types = ['leadfold.order.placed'];
const context = { command: 'test', actor: 'ann' };

let events: EventStore;
let commands: WebhookCommands;
let ids: number;

beforeEach(() => {
  events = openSqliteEventStore({ file: ':memory:' });
  ids = 0;
  commands = createWebhookCommands({
    events,
    clock: () => 1_000,
    newId: () => `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
    hash: createKeyedHash(secret),
    secret,
    targets: { allowed: [] },
  });
});
afterEach(() => events.close());

const webhook = async (id: string) => (await createRegistry(events).current()).get(id);

describe('registering a webhook', () => {
  it('makes an id where none is given, and tells the secret', async () => {
    const made = await commands.register({ url: 'https://a.example/x', types }, context);
    expect(made.secret).toBe(webhookSecret(secret, made.id, 1));
    expect(await webhook(made.id)).toMatchObject({ url: 'https://a.example/x', types, status: 'active' });
  });

  it('keeps the address as it will be used', async () => {
    await commands.register({ id: 'w1', url: 'HTTPS://A.example:443/ü?q=ä b', types }, context);
    expect((await webhook('w1'))!.url).toBe('https://a.example/%C3%BC?q=%C3%A4%20b');
    const [event] = await events.readAll(0, 1);
    expect(event!.data).toMatchObject({
      url: 'https://a.example/%C3%BC',
      personal: { query: '?q=%C3%A4%20b' },
    });
    expect(event!.metadata.actor).toBe('ann');
  });

  it('is answered as the first time when it is repeated with its key', async () => {
    const keyed = { ...context, command: 'registerWebhook', key: 'k' };
    const command = { url: 'https://a.example/', types };
    expect(await commands.register(command, keyed)).toEqual(await commands.register(command, keyed));
  });

  it('appends nothing where the address is not to be reached', async () => {
    const refused = commands.register({ url: 'https://10.0.0.1/', types }, context);
    await expect(refused).rejects.toThrow(RuleViolation);
    await expect(refused).rejects.toMatchObject({
      rule: 'webhook-target-refused',
      fields: { reason: 'not-public' },
    });
    expect(await events.head()).toBe(0);
  });
});

describe('changing a webhook', () => {
  beforeEach(() => commands.register({ id: 'w1', url: 'https://a.example/', types }, context));

  it('checks a new address as well', async () => {
    const change = (url: string) => commands.change({ id: 'w1', url }, context);
    await expect(change('https://[::1]/')).rejects.toMatchObject({ rule: 'webhook-target-refused' });
    await change('https://b.example');
    expect((await webhook('w1'))!.url).toBe('https://b.example/');
  });

  it('appends nothing where nothing changes', async () => {
    const before = await events.head();
    await commands.change({ id: 'w1', url: 'https://a.example', types, status: 'active' }, context);
    expect(await events.head()).toBe(before);
  });

  it('replaces the secret as often as is asked', async () => {
    const secrets = [await commands.rotateSecret('w1', context), await commands.rotateSecret('w1', context)];
    expect(secrets.map(each => each.secret)).toEqual([2, 3].map(n => webhookSecret(secret, 'w1', n)));
    expect((await webhook('w1'))!.secretVersion).toBe(3);
  });

  it('gives it up once, and says since when it failed', async () => {
    await commands.giveUp('w1', 'failing', 500);
    const head = await events.head();
    await commands.giveUp('w1', 'gone', 600);
    expect(await events.head()).toBe(head);
    expect(await webhook('w1')).toMatchObject({ status: 'disabled', disabled: 'failing', failingSince: 500 });
    await commands.change({ id: 'w1', status: 'active' }, context);
    expect(await webhook('w1')).toMatchObject({ status: 'active', disabled: null, failingSince: null });
  });

  it('ends with its removal', async () => {
    await commands.remove('w1', context);
    expect(await webhook('w1')).toBeUndefined();
    for (const work of [
      () => commands.change({ id: 'w1', status: 'active' }, context),
      () => commands.rotateSecret('w1', context),
      () => commands.remove('nobody', context),
    ])
      await expect(work()).rejects.toThrow(NotFound);
  });
});
