import { leadOf } from '../../libs/projecting/define.ts';
import { touchpoints } from '../../libs/domain/touchpoint/events.ts';

type Touchpoint = (typeof touchpoints)[number]['type'];

/** Every touchpoint that there is, as a projection's `entity` wants it: a new type of touchpoint counts without further ado. */
export const touchpointsOfLead = Object.fromEntries(
  touchpoints.map(({ type }) => [type, leadOf]),
) as unknown as Readonly<Record<Touchpoint, typeof leadOf>>;
