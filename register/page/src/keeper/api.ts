/** What keepers ask of the register, each with a secret of their own. */
import { fetchJson, type LocalText } from '@waarmerk/ui';
import { fetchList, fetchStandings, type Evidence, type Register, type Scope, type Status } from '../list.ts';

export interface Session {
  name: string;
  decisions: 'two-persons' | 'one-person';
}

export interface Reason {
  code: string;
  nl: string;
  en: string;
}

export interface Checked {
  item: string;
  met: boolean;
  evidence: string;
  checkedBy: string;
}

/** A key as a proposal would list it. */
export interface KeyChange {
  kid: string;
  jwkThumbprint: string;
  notBefore: string;
  notAfter?: string;
  compromisedAt?: string;
}

/** An organisation as a proposal would list it. What is optional here is absent only while a form is being filled in. */
export interface EntityChange {
  entityId?: string;
  displayName: LocalText;
  dids?: string[];
  legalName?: string;
  country?: string;
  funded?: boolean;
  otherIdentifiers?: { scheme: string; value: string }[];
  keys?: KeyChange[];
}

/** What a proposal would change, as the register keeps it. */
export type Change =
  | { type: 'status-event'; accreditation: string; status: Status; effectiveFrom?: string; effect: 'prospective' | 'retroactive'; reason: Reason; decision?: string }
  | { type: 'delegation'; parent: string; unit: EntityChange; name?: string; scope?: Scope | null; validFrom: string; validUntil?: string | null; reason: Reason }
  | { type: 'succession'; entity: string; successor: string; effectiveFrom: string; reason: Reason }
  | { type: 'key-event'; kid: string; kind: 'ended' | 'compromised'; at: string; reason: Reason }
  | { type: 'registration'; entity: EntityChange; admission?: AdmissionChange }
  | ({ type: 'admission' } & AdmissionChange)
  | { type: 'evidence-import'; source: 'deqar' | 'rio'; additions: { entityId: string; evidence: Evidence }[] };

export interface AdmissionChange {
  entity: string;
  name?: string;
  profile: string;
  under?: string;
  sectors?: string[];
  scope?: Scope;
  validFrom: string;
  validUntil?: string;
  mayDelegate?: boolean;
  reason: Reason;
  decision?: string;
  checklist: Checked[];
}

export interface Proposal {
  number: number;
  state: 'waiting' | 'confirmed' | 'rejected' | 'withdrawn';
  urgent: boolean;
  proposedBy: string;
  proposedAt: string;
  change: Change;
  closedBy?: string;
  closedAt?: string;
  closingReason?: string;
  /** Of an urgent suspension that was rejected or withdrawn: whether it was ended by that. */
  reinstated?: boolean;
}

export interface Proposals {
  waiting: Proposal[];
  closed: Proposal[];
}

export interface Condition {
  item: string;
  text: LocalText;
}

/** A policy profile, and what has to be so before an admission by it. */
export interface Profile {
  profile: string;
  framework: string;
  frameworkName: LocalText;
  checklists: { sector: string; conditions: Condition[] }[];
}

const V1 = '../v1/';

export class Keeper {
  readonly #secret: string;
  /** The name of each request, so that sending it again after a lost answer does no harm. */
  readonly #names = new Map<string, string>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  session = (): Promise<Session> => this.#ask('session');
  proposals = (): Promise<Proposals> => this.#ask('proposals');
  confirm = (number: number): Promise<Proposal> => this.#ask(`proposals/${number}/confirmation`, {});
  reject = (number: number, reason: string): Promise<Proposal> => this.#ask(`proposals/${number}/rejection`, { reason });

  /** Asks for a change; true when it was recorded at once, false when it waits for a second person. */
  async change(path: string, body: unknown): Promise<boolean> {
    const said = JSON.stringify([path, body]);
    const name = this.#names.get(said) ?? crypto.randomUUID();
    this.#names.set(said, name);
    const answer = await this.#ask<{ state?: string } | null>(path, body, name);
    this.#names.delete(said);
    return answer?.state === undefined;
  }

  async register(): Promise<Register> {
    const [list, standings] = await Promise.all([fetchList('../'), fetchStandings('../')]);
    return { list, ...standings };
  }

  profiles = async (): Promise<Profile[]> => (await fetchJson<{ profiles: Profile[] }>(`${V1}checklists`)).profiles;

  #ask<T>(path: string, body?: unknown, name?: string): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#secret}` };
    if (name) headers['idempotency-key'] = name;
    if (body === undefined) return fetchJson<T>(V1 + path, { headers });
    headers['content-type'] = 'application/json';
    return fetchJson<T>(V1 + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
