import { entryCell, type Entry } from '../../projections/lead/entry.ts';
import { leadFunnel } from '../../projections/lead-funnel/lead-funnel.projection.ts';
import type { EntryOf, EventFunnels, LookUpEntry } from '../event-funnel/index.ts';
import type { ReadStore } from '../read-store/port.ts';

const pageSize = 1_000;

/** The entries of all leads, read anew only when the funnel's read model has changed. None while it isn't there yet. */
export const createEntries = (
  reads: Pick<ReadStore, 'generations' | 'checkpoint' | 'entities'>,
): EventFunnels['entries'] => {
  let known: { readonly state: string; readonly entryOf: LookUpEntry } | null = null;

  return async signal => {
    const live = (await reads.generations(leadFunnel.name)).find(({ status }) => status === 'live');
    if (live === undefined) return nobody;
    const state = `${live.generation}/${(await reads.checkpoint(live)).batch}`;
    if (known?.state !== state) {
      const entries = new Map<string, EntryOf>();
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<ReadStore['entities']>> = await reads.entities(live, {
          limit: pageSize,
          ...(cursor === null ? {} : { cursor }),
        });
        for (const entity of page.value.entities) {
          const { entry } = entity.state as unknown as { readonly entry: Entry };
          entries.set(entity.id, entryCell(entry));
        }
        cursor = page.value.nextCursor;
        await new Promise(resolve => setImmediate(resolve));
        signal?.throwIfAborted();
      } while (cursor !== null);
      known = { state, entryOf: leadId => entries.get(leadId) ?? null };
    }
    return known.entryOf;
  };
};

const nobody: LookUpEntry = () => null;
