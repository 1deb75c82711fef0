import { Type, type TObject } from '@sinclair/typebox';

/** An id of the caller's own or a generated one: opaque, and never personal data. */
export const Id = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  description: 'Opaque id, up to 64 characters',
});

/** Of an event: a UUID in lower case. */
export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case',
});

/** A word that numbers are broken down by: an origin, a campaign, a stage. */
export const Label = Type.String({ minLength: 1, maxLength: 200 });

/** Free text; personal wherever it stands. */
export const Text = Type.String({ maxLength: 10_000 });

/** Largest amount, in minor units: a total of hundreds of them is still a safe integer. */
export const largestAmount = 10_000_000_000_000;

/** Money in minor units of an ISO 4217 currency. */
export const Money = Type.Object(
  {
    amount: Type.Integer({
      minimum: -largestAmount,
      maximum: largestAmount,
      description: 'Minor units',
    }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
  },
  { additionalProperties: false },
);

/** Probability of winning, from 0 to 1. */
export const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** An object that holds exactly these members. */
export const exactly = <T extends Parameters<typeof Type.Object>[0]>(
  members: T,
  description?: string,
): TObject<T> =>
  Type.Object(members, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });
