/** What staff have filled in on one award and not saved yet. */
import type { Language, LocalText } from '@waarmerk/ui';
import type { Award, Changes, Sector, SizeBasis } from './api.ts';

/** The language the source does not give: the one that staff add. */
export function otherLanguage(award: Award): Language {
  const { language, title } = award.record.achievement;
  if (language) return language.startsWith('en') ? 'nl' : 'en';
  return title.en && !title.nl ? 'nl' : 'en';
}

export class Draft {
  given = $state('');
  family = $state('');
  nameConfirmed = $state(false);
  title = $state('');
  description = $state('');
  criteria = $state('');
  outcomes = $state<string[]>([]);
  entryNl = $state('');
  entryEn = $state('');
  sector = $state('');
  sizeBasis = $state('');
  field = $state('');
  scale = $state('');
  expires = $state('');
  justification = $state('');
  confirmed = $state<string[]>([]);
  /** The language that staff add. */
  readonly other: Language;
  readonly #before: Changes;
  readonly #graded: boolean;

  constructor(award: Award) {
    const { participant, achievement, expiresAt } = award.record;
    const other = otherLanguage(award);
    this.other = other;
    this.given = participant?.givenName ?? '';
    this.family = participant?.familyName ?? '';
    this.nameConfirmed = participant?.confirmed ?? false;
    this.title = achievement.title[other] ?? '';
    this.description = achievement.description?.[other] ?? '';
    this.criteria = achievement.criteria?.[other] ?? '';
    this.outcomes = (achievement.outcomes ?? []).map((outcome) => outcome.text[other] ?? '');
    this.entryNl = achievement.entryRequirements?.nl ?? '';
    this.entryEn = achievement.entryRequirements?.en ?? '';
    this.sector = achievement.sector ?? '';
    this.sizeBasis = achievement.size?.basis ?? '';
    this.field = achievement.field ?? '';
    this.scale = award.record.result?.scale ?? '';
    this.#graded = award.record.result !== undefined;
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
    this.confirmed = yes ? [...others, code] : others;
  }

  #all(): Changes {
    const added = (text: string): LocalText => ({ [this.other]: text.trim() });
    const all: Changes = {
      title: added(this.title),
      description: added(this.description),
      criteria: added(this.criteria),
      outcomes: this.outcomes.map(added),
      entryRequirements: { nl: this.entryNl.trim(), en: this.entryEn.trim() },
      field: this.field.trim(),
      expiresAt: this.expires ? `${this.expires}T23:59:59Z` : null,
      justification: this.justification.trim(),
      confirmations: [...new Set(this.confirmed)].sort(),
    };
    const [givenName, familyName] = [this.given.trim(), this.family.trim()];
    if (givenName || familyName) all.participant = { givenName, familyName, confirmed: this.nameConfirmed };
    if (this.#graded) all.scale = this.scale.trim();
    if (this.sector) all.sector = this.sector as Sector;
    if (this.sizeBasis) all.sizeBasis = this.sizeBasis as SizeBasis;
    return all;
  }
}
