/**
 * The two languages of every page.
 *
 * A page writes its words as two dictionaries of the same shape; a key that one of them lacks is a
 * type error. The choice is kept on this device, can be given in the address (`?lang=en`) and sets
 * the `lang` attribute. When nothing was chosen it is the one the browser prefers, and else Dutch.
 */
export type Language = 'nl' | 'en';

/** A text that may exist in either language, as credentials and registers carry it. */
export type LocalText = { nl?: string | null; en?: string | null };

/** The shape of a dictionary with its exact words forgotten. */
export type Same<T> = T extends string
  ? string
  : T extends (...given: infer A) => string
    ? (...given: A) => string
    : T extends readonly (infer I)[]
      ? readonly Same<I>[]
      : { readonly [K in keyof T]: Same<T[K]> };

const KEPT_AS = 'waarmerk-language';

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'nl' || value === 'en';
}

function initial(): Language {
  if (typeof location === 'undefined') return 'nl';
  const asked = new URLSearchParams(location.search).get('lang');
  if (isLanguage(asked)) return asked;
  try {
    const kept = localStorage.getItem(KEPT_AS);
    if (isLanguage(kept)) return kept;
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'nl';
}

class Choice {
  #current = $state<Language>('nl');

  constructor() {
    this.#current = initial();
    this.#mark();
  }

  get current(): Language {
    return this.#current;
  }

  set current(next: Language) {
    this.#current = next;
    this.#mark();
    try {
      localStorage.setItem(KEPT_AS, next);
    } catch {
      // See above.
    }
  }

  #mark() {
    if (typeof document !== 'undefined') document.documentElement.lang = this.#current;
  }
}

/** The language the page is shown in; assign `language.current` to change it. */
export const language = new Choice();

/** Joins two dictionaries; call the result for the words in the current language. */
export function texts<T extends object>(nl: T, en: Same<T>): () => Same<T> {
  return () => (language.current === 'nl' ? (nl as unknown as Same<T>) : en);
}

/** A text with the language it is really in, for the `lang` attribute. */
export type Worded = { text: string; lang: Language };

/** The text in the current language, or in the other one when that is all there is. */
export function worded(text: LocalText | null | undefined): Worded | null {
  if (!text) return null;
  const first = language.current;
  const second: Language = first === 'nl' ? 'en' : 'nl';
  for (const lang of [first, second]) {
    const found = text[lang];
    if (found) return { text: found, lang };
  }
  return null;
}

/** As {@link worded}, but the bare words, empty when there are none. */
export function words(text: LocalText | null | undefined): string {
  return worded(text)?.text ?? '';
}

const LOCALE: Record<Language, string> = { nl: 'nl-NL', en: 'en-GB' };

function parsed(moment: string | number | Date): Date | null {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** `14 september 2026`, in the current language; the input itself when it is no date. */
export function date(moment: string | number | Date): string {
  const at = parsed(moment);
  if (!at) return String(moment);
  return new Intl.DateTimeFormat(LOCALE[language.current], { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** `14 september 2026 om 09:30` / `14 September 2026 at 09:30`. */
export function dateTime(moment: string | number | Date): string {
  const at = parsed(moment);
  if (!at) return String(moment);
  const time = new Intl.DateTimeFormat(LOCALE[language.current], { hour: '2-digit', minute: '2-digit' }).format(at);
  return `${date(at)} ${language.current === 'nl' ? 'om' : 'at'} ${time}`;
}

/** A number as the language writes it: `2,5` / `2.5`. */
export function number(value: number): string {
  return new Intl.NumberFormat(LOCALE[language.current], { maximumFractionDigits: 2 }).format(value);
}

/** `3 minuten geleden`, `2 months ago`; the current minute is `zojuist` / `just now`. */
export function ago(moment: string | number | Date, now: Date = new Date()): string {
  const at = parsed(moment);
  if (!at) return '';
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return language.current === 'nl' ? 'zojuist' : 'just now';
  const form = new Intl.RelativeTimeFormat(LOCALE[language.current], { numeric: 'always' });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  for (const [unit, length] of steps) {
    if (size >= length) return form.format(Math.trunc(seconds / length), unit);
  }
  return '';
}

/** `12 minuten`, `3 hours`, `2 dagen`: a length of time, in the largest unit of which there are at least two. */
export function duration(seconds: number): string {
  const units: ['day' | 'hour' | 'minute', number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  const [unit, length] = units.find(([, each]) => seconds >= 2 * each) ?? ['minute', 60];
  return new Intl.NumberFormat(LOCALE[language.current], { style: 'unit', unit, unitDisplay: 'long' }).format(Math.trunc(seconds / length));
}

/** `naam, titel en instelling` / `name, title and institution`. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(LOCALE[language.current], { type: 'conjunction' }).format(items);
}
