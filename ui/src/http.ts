/** Asking our own services for JSON, with refusals in both languages. */
import { language, texts, type Language } from './i18n.svelte.ts';

const said = texts(
  {
    network: 'De server antwoordt niet. Controleer je verbinding en probeer het opnieuw.',
    refused: (status: number) => `De server weigerde dit (${status}). Probeer het opnieuw of vraag de beheerder.`,
  },
  {
    network: 'The server does not answer. Check your connection and try again.',
    refused: (status: number) => `The server refused this (${status}). Try again or ask the administrator.`,
  },
);

/** A service said no, or nothing. */
export class Refusal extends Error {
  /** The HTTP status, or 0 when there was no answer. */
  readonly status: number;
  /** The problem's kind, such as `offer-expired` (RFC 9457 `type`); empty when the answer was no problem document. */
  readonly kind: string;
  readonly #detail: Partial<Record<Language, string>>;

  constructor(status: number, kind = '', detail: Partial<Record<Language, string>> = {}) {
    super(detail.en ?? `refused with ${status}`);
    this.status = status;
    this.kind = kind;
    this.#detail = detail;
  }

  /** What happened and what to do, in the current language where the service gave it. */
  get words(): string {
    const { nl, en } = this.#detail;
    const own = language.current === 'nl' ? (nl ?? en) : (en ?? nl);
    if (own) return own;
    return this.status === 0 ? said().network : said().refused(this.status);
  }
}

/** Fetches JSON; throws a {@link Refusal} for anything but success. An empty answer is `null`. */
export async function fetchJson<T>(address: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, init);
    text = await response.text();
  } catch {
    throw new Refusal(0);
  }
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new Refusal(response.status);
  }
  if (!response.ok) throw refusal(response.status, body);
  return body as T;
}

function refusal(status: number, body: unknown): Refusal {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as {
    type?: unknown;
    detail?: unknown;
    detailNl?: unknown;
    errors?: { nl?: string; en?: string }[];
  };
  const [nl, en] = [problem.detailNl, problem.detail].map((text) => (typeof text === 'string' ? text : undefined));
  const faults = Array.isArray(problem.errors) ? problem.errors : [];
  const joined = (first: string | undefined, key: Language) => [...new Set([first, ...faults.map((fault) => fault[key])])].filter(Boolean).join(' ') || undefined;
  const kind = typeof problem.type === 'string' ? problem.type.split('/').pop() : '';
  const detail: Partial<Record<Language, string>> = {};
  const dutch = joined(nl, 'nl');
  const english = joined(en, 'en');
  if (dutch) detail.nl = dutch;
  if (english) detail.en = english;
  return new Refusal(status, kind, detail);
}
