import { scoreLines, type Rules } from '../../../libs/scoring/index.ts';
import type { EntityExplanation } from '../../../libs/projecting/port.ts';
import { renderTable } from './table.ts';
import { printable } from './text.ts';

/** A lead's score at an instant (epoch ms), line by line. */
export const scoreText = (
  rules: Rules,
  { events }: Pick<EntityExplanation, 'events'>,
  instant: number,
  width: number | null,
): string => {
  const { score, fit, engagement, band, nextCrossing, lines } = scoreLines(rules, events, instant);
  const leaves = nextCrossing === null ? '' : ` until ${new Date(nextCrossing).toISOString()}`;
  const head = `score ${points(score)} = fit ${points(fit)} + engagement ${points(engagement)} after caps: ${band}${leaves}`;
  if (lines.length === 0) return `${head}, if nothing happens`;
  const table = renderTable(
    {
      columns: [
        { title: 'occurred' },
        { title: 'type' },
        { title: 'rule' },
        { title: 'points then', numeric: true },
        { title: 'now', numeric: true },
      ],
      rows: lines.map(line => [
        new Date(line.occurredAt).toISOString(),
        printable(line.type),
        printable(line.rule),
        points(line.pointsThen),
        points(line.pointsNow),
      ]),
    },
    width,
  );
  return `${head}, if nothing happens\n\n${table}`;
};

const points = (value: number): string => value.toFixed(2);
