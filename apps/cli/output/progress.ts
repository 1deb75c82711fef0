import { SingleBar } from 'cli-progress';
import { say, type Terminal } from '../terminal.ts';
import { count, seconds } from './values.ts';

/** Shows how far long work is; on stderr. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  /** Takes the bar away; nothing may follow. */
  end(): void;
}

/** Between two lines where there is no terminal, ms. */
const pause = 3_000;

/**
 * A bar on a terminal; elsewhere a plain line every few seconds, and none for work that is done sooner.
 *
 * @param work what is going on: `importing`
 * @param unit what is counted: `rows`
 */
export const progress = (terminal: Terminal, work: string, unit: string): Progress =>
  terminal.stderr.isTTY === true ? bar(terminal, work, unit) : lines(terminal, work, unit);

const bar = ({ stderr }: Terminal, work: string, unit: string): Progress => {
  const started = performance.now();
  const single = new SingleBar({
    stream: stderr,
    format: `${work} {bar} {share} %  {counted}{left}{note}`,
    barsize: Math.max(8, Math.min(24, (stderr.columns ?? 80) - 66)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    stopOnComplete: false,
    gracefulExit: false,
    fps: 8,
  });
  let running = false;
  return {
    update: (done, total, note = '') => {
      const texts = {
        share: share(done, total),
        counted: `${count(done)} of ${count(total)} ${unit}`,
        left: left(done, total, performance.now() - started),
        note: note === '' ? '' : `, ${note}`,
      };
      if (!running) single.start(total, done, texts);
      running = true;
      single.setTotal(total);
      single.update(done, texts);
    },
    end: () => {
      if (running) single.stop();
      running = false;
    },
  };
};

const lines = (terminal: Terminal, work: string, unit: string): Progress => {
  const started = performance.now();
  let next = started + pause;
  return {
    update: (done, total, note = '') => {
      const now = performance.now();
      if (now < next) return;
      next = now + pause;
      const rest = left(done, total, now - started);
      const more = note === '' ? '' : `, ${note}`;
      say(
        terminal,
        `${work}: ${count(done)} of ${count(total)} ${unit} (${share(done, total)} %)${rest}${more}`,
      );
    },
    end: () => undefined,
  };
};

const share = (done: number, total: number): string =>
  total === 0 ? '100' : String(Math.floor((100 * done) / total)).padStart(2);

const left = (done: number, total: number, elapsed: number): string =>
  done === 0 || done >= total || elapsed < 1_000
    ? ''
    : `, ${seconds(((total - done) * elapsed) / done / 1_000)} left`;
