/** What the tour asks of the server that starts the demonstration. */
import { fetchJson, type LocalText } from '@waarmerk/ui';

/** A text in one or both languages; a bare string is the same in both. */
export type Words = string | LocalText;

/** `GET /api/tour`: everything the tour needs to know about the running demonstration. */
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
  /** The persons who keep the register, each with the address of their page, the key in its fragment. */
  keepers?: { name: string; url: string }[];
  samples: Sample[];
  /** The first badge again, awarded to other learners: for who wants to try twice. */
  spareSamples?: Sample[];
}

/** One institution of the demonstration. */
export interface Institution {
  slug: string;
  name: Words;
  /** The desk's address with the desk key in its fragment. */
  deskUrl: string;
  /** The accreditation on which the status buttons act. */
  accreditationId: string;
  /** The status the register gives it at this moment. */
  status?: AccreditationStatus;
  /** Since when that status counts. */
  since?: string;
}

export type AccreditationStatus = 'active' | 'suspended' | 'withdrawn' | 'expired' | 'absent';

/** A badge on the sample platform. */
export interface Sample {
  title: Words;
  assertionUrl: string;
  /** The institution that made it: its slug. */
  institution: string;
  /** What to expect of importing it: `ready`, `blocked` or `revoked`. */
  state: string;
  /** What there is to see in it, in a sentence. */
  note?: Words | null;
  /** When it was awarded; the tour suggests dates before and after it. */
  awardedOn?: string | null;
}

export const fetchTour = (): Promise<Tour> => fetchJson<Tour>('./api/tour');

/** Records in the register that the institution has this status from `effectiveFrom` (RFC 3339) on. */
export const setStatus = (slug: string, status: 'active' | 'suspended', effectiveFrom: string): Promise<unknown> =>
  fetchJson(`./api/institutions/${encodeURIComponent(slug)}/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status, effectiveFrom }),
  });
