import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../../libs/projecting/testing.ts';
import { rulesOf } from '../../../libs/scoring/index.ts';
import { smallModel } from '../../../libs/scoring/testing.ts';
import { scoreText } from './score.ts';

const at = Date.UTC(2026, 0, 1);
const data = { leadId: 'a', touchpointId: 't' };

describe('scoreText', () => {
  it('shows the score, its band and each line', () => {
    const events = [
      recorded({ type: 'MeetingHeld', data, occurredAt: at }, 1),
      recorded({ type: 'LeadCaptured', data: { leadId: 'a', company: 'X' }, occurredAt: at }, 2),
    ];
    const text = scoreText(rulesOf(smallModel), { events }, at + 20.5 * 86_400_000, null);
    expect(text).toMatch(/^score 25\.00 = fit 10\.00 \+ engagement 15\.00 after caps: warm until 2026-/);
    expect(text).toMatch(/2026-01-01T00:00:00\.000Z\s+MeetingHeld\s+meeting\s+30\.00\s+15\.00/);
    expect(text).toMatch(/LeadCaptured\s+company\s+10\.00\s+10\.00/);
  });

  it('has no table where nothing counts', () => {
    const text = scoreText(rulesOf(smallModel), { events: [] }, at, null);
    expect(text).toBe('score 0.00 = fit 0.00 + engagement 0.00 after caps: cold, if nothing happens');
  });
});
