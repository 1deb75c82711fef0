import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedAt, testMapping, until } from '../../libs/lifecycle/testing.ts';
import { startReceiver, type Receiver } from '../../libs/lifecycle/webhooks/testing.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openRelaySite, type RelaySite } from '../support/webhook-relay.ts';

const program = new URL('webhooks-child.ts', import.meta.url).pathname;
/** Deliveries that are under way at the same time. */
const atOnce = 8;
/** A machine with much else to do takes its time, ms. */
const patience = 240_000;

describe('kill −9 in the middle of deliveries', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  let site: RelaySite;
  let receiver: Receiver;
  let place = 0;
  let killedAfter = 0;

  beforeAll(async () => {
    site = openRelaySite(folder.path);
    receiver = await startReceiver();
    const types = ['leadfold.order.placed', 'leadfold.lead.stage-changed', 'leadfold.lead.qualified'];
    await site.commands.register({ id: 'w1', url: receiver.url, types }, { command: 'test', actor: 'test' });
  });
  afterAll(async () => {
    await site.close();
    await receiver.close();
    folder.remove();
  });

  const append = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const leadId = `l${Math.floor(random() * 12)}`;
      const staged = random() < 0.2;
      const made = recordedAt(++place, staged ? 'LeadStageChanged' : 'OrderPlaced', {
        leadId,
        ...(staged ? { stage: 'mql', from: 'lead' } : {}),
      });
      const { id, type, version, occurredAt, data, metadata } = made;
      await site.events.append(`lead-${leadId}`, [{ id, type, version, occurredAt, data, metadata }], 'ANY');
    }
  };

  /** Ids in the order of the log, for each lead. */
  const expected = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
    const told = (await site.events.readAll(0, 1_000_000)).flatMap(testMapping);
    const leads = Map.groupBy(told, ({ leadId }) => leadId);
    return new Map([...leads].map(([lead, events]) => [lead, events.map(each => each.cloudEvent.id)]));
  };

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `repeats what was under way, and leaves nothing out: round %d, CRASH_SEED=${crashSeed}`,
    async () => {
      const before = receiver.received.length;
      const child = startChild(program, [folder.path]);
      await child.until(1);
      const writing = append(30 + Math.floor(random() * 60));
      await until(() => receiver.received.length > before);
      await pause(random() * 60);
      await child.kill();
      killedAfter += receiver.received.length - before;
      expect(child.errors()).toBe('');
      await writing;

      const ids = receiver.received.map(({ id }) => id);
      expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(atOnce * crashRounds);
      for (const [lead, all] of await expected()) {
        const first = [
          ...new Set(receiver.received.filter(each => each.subject === lead).map(({ id }) => id)),
        ];
        expect([lead, first]).toEqual([lead, all.slice(0, first.length)]);
      }
    },
    60_000,
  );

  it(
    'has delivered everything in the end, in order for each lead',
    async () => {
      const whole = await expected();
      const count = [...whole.values()].flat().length;
      site.relay.start();
      await until(() => new Set(receiver.received.map(({ id }) => id)).size >= count, patience);
      await until(async () => (await site.deliveries.pending('w1', 1)).length === 0, patience);
      for (const [lead, all] of whole) {
        const first = [
          ...new Set(receiver.received.filter(each => each.subject === lead).map(({ id }) => id)),
        ];
        expect([lead, first]).toEqual([lead, all]);
      }
      const repeats = receiver.received.length - new Set(receiver.received.map(({ id }) => id)).size;
      expect(repeats).toBeLessThanOrEqual(atOnce * crashRounds);
      expect(killedAfter).toBeGreaterThan(crashRounds);
    },
    2 * patience,
  );
});
