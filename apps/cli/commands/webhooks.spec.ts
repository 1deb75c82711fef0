import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { runIn, type Ran } from '../testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const on = (...words: readonly string[]): Promise<Ran> =>
  runIn(folder.path, { LEADFOLD_WEBHOOK_NETWORKS: '127.0.0.0/8' })('webhooks', ...words);
const url = 'http://127.0.0.1:9/hook';
const types = ['--types', 'leadfold.lead.captured,leadfold.order.placed'] as const;
const add = (id: string): Promise<Ran> => on('add', url, '--id', id, ...types);

interface Listed {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly status: string;
  readonly disabledReason: string | null;
}
const listed = async (): Promise<readonly Listed[]> =>
  JSON.parse((await on('--json')).out) as readonly Listed[];

describe('leadfold webhooks add', () => {
  it('prints the secret once, and nothing shows it again', async () => {
    const { code, out, err } = await add('crm');
    expect([code, err]).toEqual([0, 'the secret of crm is shown this once\n']);
    expect(out).toMatch(/^whsec_[A-Za-z0-9+/=]{32,}\n$/);
    const later = [
      await on(),
      await on('--json'),
      await on('--csv'),
      await on('deliveries', 'crm', '--json'),
    ];
    for (const one of later) expect(one.out + one.err).not.toContain(out.trim());
  });

  it('gives an id where none is asked for, and says it', async () => {
    const { id, secret } = JSON.parse((await on('add', url, ...types, '--json')).out) as {
      readonly id: string;
      readonly secret: string;
    };
    expect(secret).toMatch(/^whsec_/);
    expect((await listed()).map(one => one.id)).toEqual([id]);
  });

  it.each<[string, readonly string[], number, string]>([
    ['without types', ['add', url], 2, "required option '--types <types>' not specified"],
    ['without an address', ['add', ...types], 2, "missing required argument 'url'"],
    ['for an address that is none', ['add', 'crm', ...types], 1, ''],
    ['for an address within', ['add', 'https://10.0.0.1/', ...types], 1, 'is not on the public internet'],
    [
      'for types that nobody knows',
      ['add', url, '--types', 'lead.captured'],
      1,
      'there are no such types; known:',
    ],
    ['with an id that is none', ['add', url, '--id', 'a b', ...types], 1, ''],
  ])('%s is refused', async (_, words, code, sentence) => {
    const ended = await on(...words);
    expect(ended.code).toBe(code);
    expect(ended.out).toBe('');
    expect(ended.err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(ended.err).toContain(sentence);
    expect(ended.err).not.toContain('unexpected');
  });

  it('may not take an id that is taken', async () => {
    await add('crm');
    const { code, out, err } = await on('add', `${url}/2`, '--id', 'crm', ...types);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('crm');
    expect((await listed()).map(one => one.url)).toEqual([url]);
  });
});

describe('a webhook that is there', () => {
  beforeEach(async () => {
    await add('crm');
  });

  it('is listed in three forms, with what it is told', async () => {
    expect(await listed()).toMatchObject([
      {
        id: 'crm',
        url,
        types: ['leadfold.lead.captured', 'leadfold.order.placed'],
        status: 'active',
        disabledReason: null,
      },
    ]);
    expect((await on('--csv')).out).toMatch(
      /^id,url,types,.*\ncrm,http:\/\/127\.0\.0\.1:9\/hook,leadfold\.lead\.captured leadfold\.order\.placed,/,
    );
    expect((await on()).out).toMatch(/^crm +http\S+ +lead\.captured order\.placed +active +–$/m);
  });

  it('is disabled, enabled and removed', async () => {
    expect((await on('disable', 'crm')).err).toBe('crm is disabled\n');
    expect(await listed()).toMatchObject([{ status: 'disabled' }]);
    expect((await on('enable', 'crm')).err).toBe('crm is active; what it missed is delivered\n');
    expect(await listed()).toMatchObject([{ status: 'active', disabledReason: null }]);
    expect((await on('remove', 'crm')).err).toBe('crm is removed\n');
    expect((await on()).err).toBe(
      'there are no webhooks; add one: leadfold webhooks add URL --types TYPES\n',
    );
  });

  it('gets another secret', async () => {
    const [one, two] = [await on('rotate-secret', 'crm'), await on('rotate-secret', 'crm')];
    expect(one.out).toMatch(/^whsec_/);
    expect(two.out).toMatch(/^whsec_/);
    expect(one.out).not.toBe(two.out);
    expect(one.err).toBe('the secret of crm is shown this once\n');
  });

  it('has no deliveries before anything happened', async () => {
    expect((await on('deliveries', 'crm')).err).toBe('there are no such deliveries\n');
    expect(JSON.parse((await on('deliveries', 'crm', '--status', 'failed', '--json')).out)).toEqual([]);
    const { code, err } = await on('redeliver', 'crm', '0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2');
    expect([code, err]).toEqual([
      1,
      'leadfold: there is no delivery 0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2 to crm\n',
    ]);
  });

  it.each<[readonly string[], string]>([
    [['--status', 'lost'], 'there is no status "lost"; there are pending, delivered, failed'],
    [['--limit', '0'], 'it must be a whole number, 1 to 1000'],
    [['--csv', '--json'], 'can’t both be had'],
  ])('lists deliveries by %j not at all', async (words, sentence) => {
    const { code, err } = await on('deliveries', 'crm', ...words);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});

describe('a webhook that is not there', () => {
  it.each(['disable', 'enable', 'remove', 'rotate-secret', 'deliveries'])('%s says so', async verb => {
    await add('crm');
    const { code, out, err } = await on(verb, 'shop');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^leadfold: there is no webhook shop/);
    expect((await listed()).map(({ status }) => status)).toEqual(['active']);
  });
});
