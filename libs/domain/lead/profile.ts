import { canonicalJson } from '../canonical.ts';
import type { DataOf } from '../catalog.ts';
import { defined } from '../defined.ts';
import { splitUrl } from '../url.ts';

/** What a caller says of a lead, flat. */
export interface GivenProfile {
  readonly email?: string;
  readonly phone?: string;
  readonly name?: string;
  readonly company?: string;
  readonly jobTitle?: string;
  readonly country?: string;
  readonly origin?: string;
  readonly campaign?: string;
  readonly landingPage?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What an event says of a lead: what identifies the person stands apart. */
export type Profile = Omit<DataOf<'LeadCaptured'>, 'leadId'>;

type Personal = NonNullable<Profile['personal']>;

const assemble = (open: Omit<Profile, 'personal'>, personal: Personal): Profile => {
  const kept = defined(personal);
  return defined({ ...open, personal: Object.keys(kept).length === 0 ? undefined : kept });
};

/** Puts what identifies the person, and the query and fragment of the landing page, under `personal`. */
export const toProfile = (given: GivenProfile): Profile => {
  const { company, country, origin, campaign, name, jobTitle, attributes = {} } = given;
  const page = given.landingPage === undefined ? undefined : splitUrl(given.landingPage);
  return assemble(
    { company, country, origin, campaign, landingPage: page?.address },
    {
      email: given.email?.trim(),
      phone: given.phone?.trim(),
      name,
      jobTitle,
      landingPageQuery: page?.query,
      attributes: Object.keys(attributes).length === 0 ? undefined : { ...attributes },
    },
  );
};

/** What an event says of the lead itself. */
export const profileIn = (data: DataOf<'LeadCaptured'>): Profile => {
  const { company, country, origin, campaign, landingPage, personal } = data;
  return defined({ company, country, origin, campaign, landingPage, personal });
};

/** Address and query of the landing page are one value to a caller: a new page leaves nothing of the old one. */
const pageOf = (profile: Profile) => ({
  landingPage: profile.landingPage,
  landingPageQuery: profile.personal?.landingPageQuery,
});

const equal = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/** What is known after something newer was said: later values replace earlier ones, attributes by name. */
export const mergeProfiles = (known: Profile, newer: Profile): Profile => {
  const before = known.personal?.attributes;
  const said = newer.personal?.attributes;
  const attributes = before === undefined && said === undefined ? undefined : { ...before, ...said };
  const { landingPage, landingPageQuery } = pageOf(newer.landingPage === undefined ? known : newer);
  return assemble(
    { ...known, ...newer, landingPage },
    { ...known.personal, ...newer.personal, landingPageQuery, attributes },
  );
};

const differing = <T extends object>(known: T | undefined, newer: T | undefined): Partial<T> => {
  const before = new Map<string, unknown>(Object.entries(known ?? {}));
  const changed = Object.entries(newer ?? {}).filter(([name, value]) => !equal(value, before.get(name)));
  return Object.fromEntries(changed) as Partial<T>;
};

/** The part of what was said that differs from what is known, or null when nothing does. */
export const profileChanges = (known: Profile, newer: Profile): Profile | null => {
  const { personal: knownPersonal, ...knownOpen } = known;
  const { personal: newerPersonal, landingPage, ...newerOpen } = newer;
  const { landingPageQuery, attributes, ...said } = newerPersonal ?? {};
  const page = landingPage === undefined || equal(pageOf(known), pageOf(newer)) ? {} : { landingPage };
  const changedAttributes = differing(knownPersonal?.attributes, attributes);
  const changed = assemble(
    { ...differing(knownOpen, newerOpen), ...page },
    {
      ...differing(knownPersonal, said),
      landingPageQuery: 'landingPage' in page ? landingPageQuery : undefined,
      attributes: Object.keys(changedAttributes).length === 0 ? undefined : changedAttributes,
    },
  );
  return Object.keys(changed).length === 0 ? null : changed;
};
