/** What staff have filled in on one award and not saved yet. */
import type { Award, Changes, Sector, SizeBasis } from './api.ts';

export class Draft {
  given = $state('');
  family = $state('');
  nameConfirmed = $state(false);
  title = $state('');
  description = $state('');
  criteria = $state('');
  outcomes = $state<string[]>([]);
  sector = $state('');
  sizeBasis = $state('');
  expires = $state('');
  justification = $state('');
  confirmed = $state<string[]>([]);
  readonly #before: Changes;

  constructor(award: Award) {
    const { participant, achievement, expiresAt } = award.record;
    this.given = participant?.givenName ?? '';
    this.family = participant?.familyName ?? '';
    this.nameConfirmed = participant?.confirmed ?? false;
    this.title = achievement.title.en ?? '';
    this.description = achievement.description?.en ?? '';
    this.criteria = achievement.criteria?.en ?? '';
    this.outcomes = (achievement.outcomes ?? []).map((outcome) => outcome.text.en ?? '');
    this.sector = achievement.sector ?? '';
    this.sizeBasis = achievement.size?.basis ?? '';
    this.expires = expiresAt ? expiresAt.slice(0, 10) : '';
    this.justification = award.justification ?? '';
    this.confirmed = award.findings.filter((finding) => finding.confirmed).map((finding) => finding.code);
    this.#before = this.#all();
  }

  /** Only what differs from what the service has. */
  get changes(): Changes {
    const now = this.#all();
    const differing = Object.entries(now).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(this.#before[key as keyof Changes]));
    return Object.fromEntries(differing) as Changes;
  }

  get dirty(): boolean {
    return Object.keys(this.changes).length > 0;
  }

  confirm(code: string, yes: boolean): void {
    const others = this.confirmed.filter((one) => one !== code);
    this.confirmed = yes ? [...others, code].sort() : others;
  }

  #all(): Changes {
    const all: Changes = {
      participant: { givenName: this.given.trim(), familyName: this.family.trim(), confirmed: this.nameConfirmed },
      title: { en: this.title.trim() },
      description: { en: this.description.trim() },
      criteria: { en: this.criteria.trim() },
      outcomes: this.outcomes.map((en) => ({ en: en.trim() })),
      expiresAt: this.expires ? `${this.expires}T23:59:59Z` : null,
      justification: this.justification.trim(),
      confirmations: [...this.confirmed],
    };
    if (this.sector) all.sector = this.sector as Sector;
    if (this.sizeBasis) all.sizeBasis = this.sizeBasis as SizeBasis;
    return all;
  }
}
