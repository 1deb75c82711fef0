import type { Json } from '../domain/event.ts';

/** How the `personal` member of an event's data is held at the store's edge; nothing else in the log is personal. */
export interface PersonalCodec {
  /** The text to store. It must decode to a deep-equal value. */
  encode(personal: Json, leadId: string | null): string;
  decode(text: string, leadId: string | null): Json;
}

/** Holds personal data as plain JSON. */
export const plainCodec: PersonalCodec = {
  encode: personal => JSON.stringify(personal),
  decode: text => JSON.parse(text) as Json,
};
