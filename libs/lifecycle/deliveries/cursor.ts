import { InvalidDeliveryCursor, type Delivery } from '../webhooks/port.ts';

/** Where a page ended: the place of its last delivery. */
export interface Place {
  readonly position: number;
  readonly ordinal: number;
}

export const encodePlace = ({ position, ordinal }: Pick<Delivery, 'position' | 'ordinal'>): string =>
  `${position}.${ordinal}`;

/** @throws InvalidDeliveryCursor */
export const decodePlace = (cursor: string): Place => {
  const [, position, ordinal] = /^(\d{1,16})\.(\d)$/.exec(cursor) ?? [];
  if (position === undefined || ordinal === undefined)
    throw new InvalidDeliveryCursor(
      'the cursor is not one that a page has given out; start again without it',
    );
  return { position: Number(position), ordinal: Number(ordinal) };
};
