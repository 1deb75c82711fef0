import type { ScoreModel } from './model.ts';

/**
 * What is wrong with a model beyond the shape of its members, a sentence each: names that stand twice, groups that aren't
 * there, bands out of order.
 */
export const checkModel = ({ groups, fit, engagement, bands }: ScoreModel): readonly string[] => [
  ...twice('fit', fit),
  ...twice('engagement', engagement),
  ...twice('bands', bands),
  ...[
    ...fit.map(rule => ['fit', rule] as const),
    ...engagement.map(rule => ['engagement', rule] as const),
  ].flatMap(([kind, { name, group }]) =>
    group === undefined || Object.hasOwn(groups, group)
      ? []
      : [
          `/${kind}: "${name}" names the group "${group}"; groups are ${Object.keys(groups).join(', ') || 'none'}`,
        ],
  ),
  ...Object.keys(groups).flatMap(name =>
    fit.some(({ group }) => group === name) && engagement.some(({ group }) => group === name)
      ? [`/groups: "${name}" has rules of fit and of engagement; a group caps one or the other`]
      : [],
  ),
  ...bands.flatMap((band, level) => bandFaults(band, bands[level - 1])),
];

const twice = (path: string, list: readonly { readonly name: string }[]): readonly string[] => {
  const names = list.map(({ name }) => name);
  return [...new Set(names.filter((name, place) => names.indexOf(name) < place))].map(
    name => `/${path}: "${name}" stands twice`,
  );
};

type Band = ScoreModel['bands'][number];

const bandFaults = (band: Band, lower: Band | undefined): readonly string[] => {
  if (lower === undefined)
    return band.from === 0 && band.below === 0
      ? []
      : [`/bands: the lowest, "${band.name}", begins at 0: "from" and "below" are 0`];
  return [
    ...(band.below > band.from
      ? [`/bands: "${band.name}" is left below ${band.below}, which is above where it begins, ${band.from}`]
      : []),
    ...(band.from <= lower.from || band.below <= lower.below
      ? [`/bands: "${band.name}" must have higher bounds than "${lower.name}" before it`]
      : []),
  ];
};
