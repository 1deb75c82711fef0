import type { Engine } from '../../../libs/engine/port.ts';
import type { MetricQuery } from '../../../libs/metrics/define.ts';
import { print, widthOf, say, type Terminal } from '../terminal.ts';
import { answerTable } from './answer.ts';
import { renderJson } from './json.ts';

const shown = [
  { title: 'How far leads come', metric: 'funnel', by: [] },
  { title: 'Who buys, by where they came from', metric: 'close-rate', by: ['origin'] },
  { title: 'How long a sale takes', metric: 'sales-cycle', by: ['origin'] },
] as const;

/** Prints the numbers of a demo, and what to try next. */
export const showDemo = async (
  terminal: Terminal,
  engine: Engine,
  { json, data, serve }: { readonly json?: boolean; readonly data?: string; readonly serve?: boolean },
): Promise<void> => {
  const answers = await Promise.all(
    shown.map(({ metric, by }) => engine.query(metric, { ...everything, by })),
  );
  if (json === true) {
    await print(terminal, renderJson(answers));
    return;
  }
  for (const [index, answer] of answers.entries())
    await print(terminal, `\n${shown[index]?.title}\n\n${answerTable(answer, widthOf(terminal))}`);
  if (serve === true) return;
  const folder = data === undefined ? '' : ` --data ${data}`;
  say(
    terminal,
    `
Try next:
  leadfold query funnel --by country${folder}
  leadfold explain sales-cycle --where origin:referral${folder}
  leadfold events --lead demo-00001${folder}
  leadfold verify${folder}
  leadfold serve${folder}`,
  );
};

const everything: MetricQuery = { by: [], where: [], params: {} };
