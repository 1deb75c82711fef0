import { makeValidator } from 'envalid';
import { parseAddress } from '../event-store/eventstoredb/address.ts';

/** Where the log is. */
export type EventStoreSetting =
  | { readonly kind: 'sqlite' }
  | {
      readonly kind: 'eventstoredb';
      /** May hold a password. */
      readonly address: string;
      /** For people: the hosts. */
      readonly shown: string;
    };

export const eventStore = makeValidator<EventStoreSetting>(value => {
  if (value === 'sqlite') return { kind: 'sqlite' };
  if (!value.includes('://')) throw new Error('must be "sqlite" or an address, esdb://HOST:2113?tls=true');
  return { kind: 'eventstoredb', address: value, shown: parseAddress(value).shown };
});
