/** What the desk asks of the institution's service, under `/desk/api`. */
import { fetchJson, type LocalText } from '@waarmerk/ui';

export type State = 'review' | 'approved' | 'offered' | 'issued' | 'suspended' | 'revoked';
export type Severity = 'error' | 'warning' | 'info';
export type Sector = 'hbo' | 'wo' | 'mbo';
export type SizeBasis = 'derived-from-accredited-programme' | 'study-load';

/** The internal record, as `credentials::award::Award` writes it. */
export interface AwardRecord {
  participant?: { givenName: string; familyName: string; confirmed?: boolean };
  issuing: { institution: Organisation; unit: Organisation; country?: string; institutionCode?: string };
  achievement: Achievement;
  awardedAt?: string;
  expiresAt?: string;
  result?: { value: string; scale?: string };
  evidence?: { url?: string; name?: string; description?: string }[];
  sourceAssertion?: string;
}

export interface Organisation {
  name: LocalText;
  url?: string;
}

export interface Achievement {
  title: LocalText;
  description?: LocalText;
  version?: string;
  language?: string;
  outcomes?: { text: LocalText }[];
  criteria?: LocalText;
  entryRequirements?: LocalText;
  level?: { eqf: number; nlqf?: string; basis?: 'issuer-indication' | 'registered' };
  size?: { ec?: number; hours?: number; sbu?: number; basis?: SizeBasis };
  sector?: Sector;
  field?: string;
  qualityFramework?: { id: string; version: string; name?: LocalText };
  assessment?: { kind?: string; participation?: string; supervised?: boolean; identityChecked?: boolean };
  skills?: { name: string; url?: string }[];
  source?: string;
}

/** One rule's opinion of a record. */
export interface Finding {
  code: string;
  severity: Severity;
  nl: string;
  en: string;
  /** What it is about: a path into the record, such as `achievement.level`. */
  field?: string | null;
  /** A warning that staff have confirmed. */
  confirmed?: boolean;
}

export interface Award {
  id: string;
  state: State;
  record: AwardRecord;
  findings: Finding[];
  /** Why a size below the usual one is justified, as staff wrote it. */
  justification?: string;
  /** Whether its credentials have a place where a suspension can be told. */
  suspendable: boolean;
  /** The copies that were handed out, by configuration; absent in lists. */
  copies?: Copies[];
  /** Until when the open offer holds; absent without one. */
  offerExpiresAt?: string;
  /** What happened, oldest first; absent in lists. */
  history?: { at: string; actor: string; action: string; detail?: string }[];
}

/** Copies of one configuration, and how they stand. */
export interface Copies {
  configurationId: string;
  format?: string;
  number: number;
  /** How many a wallet said to have kept. */
  accepted: number;
  revoked: number;
  suspended: number;
}

/** What staff may fill in or confirm; what is absent stays as it is. */
export interface Changes {
  participant?: { givenName: string; familyName: string; confirmed: boolean };
  title?: LocalText;
  description?: LocalText;
  criteria?: LocalText;
  outcomes?: LocalText[];
  entryRequirements?: LocalText;
  sector?: Sector;
  sizeBasis?: SizeBasis;
  /** ISCED-F 2013; empty removes it. */
  field?: string;
  /** The number under which the level is registered; empty makes the level an indication. */
  nlqfRegistration?: string;
  /** The scale of the grade, such as `1–10`; empty removes it. */
  scale?: string;
  expiresAt?: string | null;
  justification?: string;
  /** Codes of all warnings that are confirmed. */
  confirmations?: string[];
}

export interface Offer {
  offerUri: string;
  /** A web link that opens our wallet, where the institution has one. */
  offerLink?: string;
  txCode: string;
  expiresAt: string;
}

/** The files of one badge, as a badge platform gives them. */
export interface Files {
  assertion: unknown;
  badgeClass: unknown;
  issuer: unknown;
  directAward?: unknown;
}

/** The institution's service, spoken to with one desk key. */
export class Desk {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** The institution that this key belongs to. */
  me = (): Promise<{ institution: Organisation }> => this.#ask('me');

  async awards(): Promise<Award[]> {
    const answer = await this.#ask<{ awards: Award[] } | Award[]>('awards');
    return Array.isArray(answer) ? answer : answer.awards;
  }

  award = (id: string): Promise<Award> => this.#award(`awards/${encodeURIComponent(id)}`);
  importLink = (assertion: string): Promise<Award> => this.#award('imports', 'POST', { assertion });
  importFiles = (files: Files): Promise<Award> => this.#award('imports', 'POST', files);
  change = (id: string, changes: Changes): Promise<Award> => this.#award(`awards/${encodeURIComponent(id)}`, 'PATCH', changes);
  approve = (id: string): Promise<Award> => this.#award(`awards/${encodeURIComponent(id)}/approve`, 'POST', {});
  offer = (id: string): Promise<Offer> => this.#ask(`awards/${encodeURIComponent(id)}/offer`, 'POST', {});
  newCopies = (id: string): Promise<Offer> => this.#ask(`awards/${encodeURIComponent(id)}/new-copies`, 'POST', {});
  control = (id: string, act: Act, reason: string): Promise<Award> => this.#award(`awards/${encodeURIComponent(id)}/${act}`, 'POST', { reason });

  async #award(path: string, method = 'GET', body?: unknown): Promise<Award> {
    const answer = await this.#ask<Award | { award: Award }>(path, method, body);
    return 'award' in answer ? answer.award : answer;
  }

  #ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#key}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return fetchJson<T>(`./api/${path}`, body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) });
  }
}

export type Act = 'revoke' | 'suspend' | 'reinstate';
