/** Where leads of one origin come from and how well they do. Probabilities lead from one stage to the next. */
export interface Origin {
  /** Null: nobody noted where the lead came from. */
  readonly name: string | null;
  readonly share: number;
  readonly campaigns: readonly string[];
  readonly mql: number;
  readonly sql: number;
  readonly opportunity: number;
  readonly won: number;
  /** Stretches the time between stages: 1 is usual, less is faster. */
  readonly pace: number;
}

const origin = (
  name: string | null,
  share: number,
  [mql, sql, opportunity, won]: readonly [number, number, number, number],
  pace: number,
  campaigns: readonly string[] = [],
): Origin => ({ name, share, campaigns, mql, sql, opportunity, won, pace });

/** A firm that sells software for workshops: some ways to it bring many leads, others bring good ones. */
export const origins: readonly Origin[] = [
  origin('organic_search', 27, [0.46, 0.58, 0.72, 0.46], 1),
  origin('paid_search', 20, [0.42, 0.55, 0.7, 0.42], 0.9, ['brand-search', 'workshop-software', 'planner']),
  origin('social', 17, [0.28, 0.45, 0.62, 0.38], 1.4, ['workshop-tips', 'customer-stories']),
  origin('direct', 11, [0.48, 0.6, 0.74, 0.48], 0.9),
  origin('email', 9, [0.48, 0.55, 0.7, 0.46], 1, ['partner-newsletter', 'win-back']),
  origin('referral', 8, [0.66, 0.72, 0.82, 0.6], 0.6, ['recommend-us']),
  origin('trade_fair', 5, [0.55, 0.6, 0.66, 0.38], 1.4, ['spring-fair', 'autumn-fair']),
  origin(null, 3, [0.36, 0.5, 0.65, 0.4], 1),
];

/** Country and the currency of its deals, by share. */
export const countries: readonly (readonly [
  value: { readonly code: string; readonly currency: string },
  weight: number,
])[] = [
  [{ code: 'DE', currency: 'EUR' }, 38],
  [{ code: 'AT', currency: 'EUR' }, 14],
  [{ code: 'CH', currency: 'CHF' }, 11],
  [{ code: 'NL', currency: 'EUR' }, 10],
  [{ code: 'GB', currency: 'GBP' }, 9],
  [{ code: 'FR', currency: 'EUR' }, 7],
  [{ code: 'PL', currency: 'EUR' }, 6],
  [{ code: 'IT', currency: 'EUR' }, 5],
];

export const givenNames = (
  'Ada Amir Anna Ben Carla Chiara Daan Elif Emil Eva Felix Finn Greta Hanna Ida Ivo Jana Jonas Jula Kasia Lars Lea ' +
  'Leon Lina Luca Maja Marek Marta Mila Nadia Nils Nora Olek Paul Pia Rosa Sami Sofia Tess Theo Tilda Tom Uma Vera ' +
  'Viktor Wanda Willem Yara Zoe'
).split(' ');

export const familyNames = (
  'Abel Bach Berger Blom Brandt Conti Daly Dorn Ebner Falk Fischer Gallo Graf Haas Hale Huber Ilic Jansen Kern Kowal ' +
  'Kraus Lang Lehner Linde Maier Mercer Moser Nowak Ortiz Park Petri Quinn Reid Renner Rossi Sauer Schmid Steiner ' +
  'Tanner Thorn Urban Vogel Visser Wagner Weiss Winter Wolff Young Zeller'
).split(' ');

export const firms = (
  'Alder Amber Anchor Beacon Birch Bright Canal Cedar Copper Delta Elm Falcon Forge Granite Harbour Hazel Iron Juniper ' +
  'Lark Linden Maple Meadow Mill North Oak Orchard Pine Quarry Ridge River Silver South Stone Swift Tall Timber Vale ' +
  'Willow'
).split(' ');

export const trades = [
  'Bikes',
  'Carpentry',
  'Ceramics',
  'Electrics',
  'Garage',
  'Joinery',
  'Metalwork',
  'Works',
];
export const jobTitles = ['Owner', 'Workshop manager', 'Office manager', 'Buyer', 'Head of production'];
export const teams = ['north', 'south', 'inside-sales'];
export const pages = ['', 'pricing', 'features', 'planner', 'customers', 'blog/quotes-in-minutes', 'contact'];
export const downloads = ['workshop-planning-guide', 'price-list', 'checklist-quotes'];
export const lostReasons = ['price', 'no budget this year', 'chose another supplier', 'no answer'];

/** What customers buy besides the licences; prices in minor units of their currency. */
export const articles = [
  { sku: 'label-roll', name: 'Labels for parts, a roll', price: 1_490 },
  { sku: 'scanner', name: 'Hand scanner', price: 18_900 },
  { sku: 'wall-planner', name: 'Wall planner', price: 3_950 },
  { sku: 'seat', name: 'Seat for a month', price: 2_900 },
  { sku: 'training', name: 'Hour of training', price: 9_500 },
  { sku: 'tablet-stand', name: 'Stand for a tablet', price: 4_450 },
] as const;
export const cancelReasons = ['ordered twice', 'arrived too late', 'not needed any more'];

/** How a customer buys: how many orders at most, how many days apart, and after which of them not for months. */
export interface Habit {
  readonly orders: number;
  readonly days: number;
  readonly pauseAfter: number | null;
}

/** Habits by share: they keep buying, try it a few times, buy once, or stay away and come back. */
export const habits: readonly (readonly [Habit, weight: number])[] = [
  [{ orders: Infinity, days: 24, pauseAfter: null }, 45],
  [{ orders: 3, days: 28, pauseAfter: null }, 22],
  [{ orders: 1, days: 0, pauseAfter: null }, 13],
  [{ orders: Infinity, days: 30, pauseAfter: 2 }, 20],
];

/** Leads by month of the year, January first: quiet in August and at the turn of the year. */
export const monthFactors = [0.9, 1, 1.15, 1.05, 1, 0.95, 0.8, 0.65, 1.15, 1.2, 1.1, 0.7];
/** By day of the week, Sunday first. */
export const dayFactors = [0.2, 1, 1.15, 1.1, 1, 0.8, 0.25];
/** By hour of the day, UTC. */
export const hourFactors = [
  0.05, 0.02, 0.02, 0.02, 0.05, 0.1, 0.3, 0.8, 1.4, 1.8, 1.9, 1.6, 1.1, 1.5, 1.7, 1.6, 1.3, 0.9, 0.7, 0.7,
  0.7, 0.5, 0.3, 0.1,
];
/** How much busier the last day is than the first: the firm grows. */
export const growth = 0.6;
