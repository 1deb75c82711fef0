import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from '../../libs/lifecycle/webhooks/testing.ts';
import { newFolder } from './cli-child.ts';
import { eventually, roleProcesses, type RoleProcess } from './role-process.ts';

/** Stores of their own, and what a server process is told so that it has them. */
export interface ServerStores {
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

interface Delivery {
  readonly id: string;
  readonly leadId: string;
  readonly status: string;
  readonly attempts: readonly { readonly status: number | null; readonly byHand: boolean }[];
}

/** Deliveries to one webhook that are under way at the same time. */
const atOnce = 8;
const webhook = '/v1/webhooks/crm';
const types = ['leadfold.lead.captured', 'leadfold.lead.stage-changed'];
const logTypes: readonly string[] = ['LeadCaptured', 'LeadStageChanged'];

/**
 * What holds of webhooks wherever log and deliveries are kept: a server process delivers, is killed, and the next one goes on.
 *
 * @param open stores that are empty; they may use the folder
 */
export const deliveredWebhooks = (stores: string, open: (folder: string) => Promise<ServerStores>): void => {
  describe(`webhooks of a server over ${stores}`, () => {
    const folder = newFolder();
    const processes = roleProcesses();
    let opened: ServerStores;
    let receiver: Receiver;
    let server: RoleProcess;
    let secret: string;
    let verified = 0;

    const serve = async (): Promise<void> => {
      server = await processes.start(['api', 'relay'], {
        LEADFOLD_DATA: join(folder, 'data'),
        LEADFOLD_WEBHOOK_NETWORKS: '127.0.0.0/8',
        ...opened.environment,
      });
    };
    const send = async (path: string, body: object, method = 'POST'): Promise<void> => {
      const { status, text } = await server.ask(path, { method, body });
      if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    };
    /** Leads that are captured and then reach two stages, in turn. */
    const tell = async (...leads: readonly string[]): Promise<void> => {
      for (const id of leads) await send('/v1/leads', { id, email: `${id}@example.org` });
      for (const stage of ['mql', 'sql'])
        for (const id of leads) await send(`/v1/leads/${id}/stage`, { stage });
    };
    const deliveries = async (): Promise<readonly Delivery[]> => {
      const { json } = await server.ask(`${webhook}/deliveries?limit=100`);
      return json.data as unknown as readonly Delivery[];
    };
    /** Ids of what the log has to tell, in its order, for each lead. */
    const expected = async (): Promise<ReadonlyMap<unknown, readonly string[]>> => {
      const { json } = await server.ask('/v1/events?limit=1000');
      const told = json.data.filter(({ type }) => logTypes.includes(type));
      const leads = Map.groupBy(told, ({ data }) => data['leadId']);
      return new Map([...leads].map(([lead, events]) => [lead, events.map(({ id }) => id)]));
    };
    const accepted = (): readonly (typeof receiver.received)[number][] =>
      receiver.received.filter(({ status }) => status === 204);

    /** Everything arrives, in order for each lead, with signatures that an independent implementation finds valid. */
    const expectWhole = async (): Promise<void> => {
      const whole = await expected();
      const count = [...whole.values()].flat().length;
      await eventually('all is delivered', async () => {
        const all = await deliveries();
        return all.length === count && all.every(({ status }) => status === 'delivered');
      });
      for (const [lead, ids] of whole) {
        const came = accepted().filter(({ subject }) => subject === lead);
        expect([lead, [...new Set(came.map(({ id }) => id))]]).toEqual([lead, ids]);
      }
      for (const { body, headers, id } of receiver.received.slice(verified))
        expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ id });
      verified = receiver.received.length;
    };

    beforeAll(async () => {
      opened = await open(folder);
      receiver = await startReceiver();
      await serve();
      const { json } = await server.ask('/v1/webhooks', { body: { id: 'crm', url: receiver.url, types } });
      ({ secret } = json as unknown as { readonly secret: string });
    }, 180_000);
    afterAll(async () => {
      await processes.endAll();
      await receiver.close();
      await opened.remove();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    it('are told of leads and their stages, in order for each lead, signed', async () => {
      await tell('ann', 'bob', 'cleo');
      await expectWhole();
      expect(accepted()).toHaveLength(9);
      expect(JSON.stringify(receiver.received)).not.toContain('@example.org');
    });

    it('go on where a receiver failed and comes back, before the rest of that lead', async () => {
      receiver.answer(({ subject }) => (subject === 'dan' ? 503 : 204));
      await tell('dan', 'eve');
      await eventually('the others are delivered', async () => {
        const all = await deliveries();
        const [dan, eve] = ['dan', 'eve'].map(lead => all.filter(({ leadId }) => leadId === lead));
        return eve!.every(({ status }) => status === 'delivered') && (dan!.at(-1)?.attempts.length ?? 0) > 0;
      });
      expect(accepted().filter(({ subject }) => subject === 'dan')).toEqual([]);
      receiver.answer(204);
      await expectWhole();
      const [first] = (await deliveries()).filter(({ leadId }) => leadId === 'dan').slice(-1);
      expect(first!.attempts[0]).toMatchObject({ status: 503, byHand: false });
      expect(first!.attempts.at(-1)).toMatchObject({ status: 204, byHand: false });
    });

    it('are told again of what somebody asks for', async () => {
      const { id } = receiver.received[0]!;
      const before = receiver.received.length;
      await send(`${webhook}/deliveries/${id}/redeliver`, {});
      await eventually('it is kept as one by hand', async () => {
        const found = (await deliveries()).find(each => each.id === id);
        return found?.attempts.length === 2 && found.attempts[1]?.byHand === true;
      });
      expect(receiver.received.slice(before).map(each => each.id)).toEqual([id]);
      await expectWhole();
    });

    it('miss nothing where the server is killed, and repeat what was under way at most', async () => {
      await send(webhook, { status: 'disabled' }, 'PATCH');
      const leads = Array.from({ length: 12 }, (_, n) => `lead-${n}`);
      await tell(...leads);
      const before = receiver.received.length;
      const { promise: gate, resolve: openGate } = Promise.withResolvers<number>();
      let posts = 0;
      receiver.answer(() => (++posts <= 5 ? 204 : gate));
      await send(webhook, { status: 'active' }, 'PATCH');
      await eventually('some are under way', () => Promise.resolve(posts > 5));
      expect(await server.kill('SIGKILL')).toBeNull();
      openGate(204);
      await eventually('they are all heard of', () =>
        Promise.resolve(receiver.received.length - before === posts),
      );
      expect(posts).toBeLessThan(3 * leads.length);

      receiver.answer(204);
      await serve();
      await expectWhole();
      expect(receiver.received.length - before).toBeLessThanOrEqual(3 * leads.length + atOnce);
      expect(await server.kill('SIGTERM')).toBe(0);
    });
  });
};
