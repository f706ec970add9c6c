/** Verifying on this device: fetch what the core asks for, then let it judge. */
import { callJson } from './client.ts';
import { send } from './network.ts';
import type { Need, Reading, Resource, Resources, Settings, VerificationReport } from './types.ts';

const ROUNDS = 6;
const MOST = 40;

/** What a text is; throws when it is nothing we know. */
export function read(text: string): Promise<Reading> {
  return callJson<Reading>('read', text);
}

/** What is being fetched, to show progress. */
export type Doing = Need['kind'] | 'judging';

async function fetched(need: Need, settings: Settings): Promise<Resource> {
  const answer = await send({ method: 'GET', url: need.url, headers: { accept: need.accept }, body: null }, settings.loopbackOrigins);
  return 'unreachable' in answer ? answer : { ...answer, fetchedAt: new Date().toISOString() };
}

/**
 * Verifies `text`. The text itself goes nowhere: only public lists and keys are fetched, and what
 * cannot be fetched is told to the core as unreachable.
 */
export async function verify(text: string, settings: Settings, doing: (what: Doing) => void = () => {}): Promise<VerificationReport> {
  const resources: Resources = {};
  const given = JSON.stringify(settings);
  for (let round = 0; round < ROUNDS; round++) {
    const needs = (await callJson<Need[]>('needs', text, JSON.stringify(resources), given)).filter((need) => !(need.url in resources));
    const room = MOST - Object.keys(resources).length;
    if (needs.length === 0 || room <= 0) break;
    const now = needs.slice(0, room);
    if (now[0]) doing(now[0].kind);
    const answers = await Promise.all(now.map((need) => fetched(need, settings)));
    now.forEach((need, index) => {
      const answer = answers[index];
      if (answer) resources[need.url] = answer;
    });
  }
  doing('judging');
  return callJson<VerificationReport>('verify', text, JSON.stringify(resources), given, new Date().toISOString());
}
