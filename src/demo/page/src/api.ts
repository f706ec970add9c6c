/** A text in one or both languages; a plain string serves both. */
export type Words = string | { nl?: string | null; en?: string | null };

/** Everything the tour needs to know about the running demonstration. */
export interface Tour {
  /** Where each service answers. */
  services: {
    register: string;
    wallet: string;
    verifier: string;
    /** The sample badge platform from which awards are imported. */
    platform?: string;
  };
  institutions: Institution[];
  samples: Sample[];
}

/** One institution of the demonstration, as the start server knows it. */
export interface Institution {
  slug: string;
  name: Words;
  /** The desk's address with the desk key in the fragment. */
  deskUrl: string;
  /** The accreditation that the status buttons act on. */
  accreditationId: string;
  /** Names of the units that award. */
  units?: Words[];
  /** The status the register gives it at this moment. */
  status?: AccreditationStatus;
  /** Since when that status counts. */
  since?: string;
}

export type AccreditationStatus = 'active' | 'suspended' | 'withdrawn' | 'expired';

/** A badge on the sample platform. */
export interface Sample {
  title: Words;
  assertionUrl: string;
  /** The slug of the institution that made it. */
  institution: string;
  /** What will happen at import: `ready`, `question`, `blocked`, `revoked` or another word of the start server. */
  state: string;
  /** Why, in a sentence. */
  note?: Words;
  /** When the badge was awarded; the tour suggests dates before and after it. */
  awardedOn?: string;
}

/** A refusal in words, from a problem answer or from the network. */
export class Refusal extends Error {
  readonly nl: string;
  readonly en: string;

  constructor(nl: string, en: string) {
    super(en);
    this.nl = nl;
    this.en = en;
  }
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Refusal(
      'De demo antwoordt niet. Kijk of hij nog draait en probeer het opnieuw.',
      'The demonstration does not answer. See whether it is still running and try again.',
    );
  }
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // Not JSON: the status line below says enough.
  }
  if (!response.ok) {
    const problem = (body ?? {}) as { nl?: string; en?: string; detail?: string | { nl?: string; en?: string } };
    const detail = typeof problem.detail === 'object' ? problem.detail : { nl: problem.detail, en: problem.detail };
    throw new Refusal(
      problem.nl ?? detail?.nl ?? `De demo weigerde dit (${response.status}).`,
      problem.en ?? detail?.en ?? `The demonstration refused this (${response.status}).`,
    );
  }
  return body as T;
}

export const tour = (): Promise<Tour> => ask<Tour>('/api/tour');

/** Records a status event for the institution, counting from `effectiveFrom` (RFC 3339). */
export const setStatus = (slug: string, status: 'active' | 'suspended', effectiveFrom: string): Promise<unknown> =>
  ask(`/api/institutions/${encodeURIComponent(slug)}/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status, effectiveFrom }),
  });
