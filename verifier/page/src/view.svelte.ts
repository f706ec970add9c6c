/** What the reader looks at a credential for, and so what they want to see; kept on this device. */
import type { Group, ReportedCredential } from '@waarmerk/ui/core/types.ts';

export type View = 'employer' | 'examBoard' | 'own';
export const VIEWS: readonly View[] = ['employer', 'examBoard', 'own'];
/** What a reader can ask for. */
export const GROUPS: readonly Group[] = ['name', 'outcomes', 'assessment', 'result', 'evidence'];

const KEPT = 'waarmerk-view';
const WANTED: Record<Exclude<View, 'own'>, readonly Group[]> = {
  employer: ['name'],
  examBoard: ['name', 'outcomes', 'assessment', 'result'],
};

function last(): { view: View; picked: Group[] } {
  try {
    const { view, picked } = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as { view?: View; picked?: Group[] };
    return {
      view: view && VIEWS.includes(view) ? view : 'employer',
      picked: Array.isArray(picked) ? GROUPS.filter((group) => picked.includes(group)) : ['name', 'outcomes'],
    };
  } catch {
    return { view: 'employer', picked: ['name', 'outcomes'] };
  }
}

class Chosen {
  view = $state<View>(last().view);
  picked = $state<Group[]>(last().picked);

  get wanted(): readonly Group[] {
    return this.view === 'own' ? this.picked : WANTED[this.view];
  }

  choose(view: View): void {
    this.view = view;
    this.#keep();
  }

  pick(group: Group, on: boolean): void {
    this.picked = on ? [...this.picked, group] : this.picked.filter((other) => other !== group);
    this.#keep();
  }

  #keep(): void {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ view: this.view, picked: this.picked }));
    } catch {
      // It is chosen anew next time.
    }
  }
}

export const chosen = new Chosen();

/** What is wanted and not there: kept back by the holder, or not on the credential at all. */
export function missing(credential: ReportedCredential, wanted: readonly Group[]): { hidden: Group[]; absent: Group[] } {
  const there: Record<Group, boolean> = {
    name: credential.holderName !== null,
    outcomes: credential.outcomes.length > 0,
    assessment: credential.assessment !== null,
    result: credential.result !== null,
    // The report does not carry it; the holder's choice is all that can be told.
    evidence: !credential.hidden.includes('evidence'),
  };
  const not = wanted.filter((group) => !there[group]);
  return { hidden: not.filter((group) => credential.hidden.includes(group)), absent: not.filter((group) => !credential.hidden.includes(group)) };
}
