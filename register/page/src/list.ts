/**
 * The register list as the page reads it: the payload of the signed list at `/v1/list`.
 *
 * The page shows what its own register says and decides nothing for anybody, so the signature is not
 * checked here; whoever relies on the list checks it, as `specs/accreditation/` asks.
 */
import type { LocalText } from '@waarmerk/ui';

export type Status = 'active' | 'expired' | 'suspended' | 'withdrawn' | 'absent';

export interface StatusEvent {
  seq: number;
  status: Status;
  effectiveFrom: string;
  recordedAt: string;
  effect?: 'prospective' | 'retroactive';
  reason: { code: string; nl?: string; en?: string };
}

export interface Scope {
  sectors?: string[];
  jurisdictions?: string[];
  eqf?: number[];
  nlqf?: string[];
  fields?: string[];
  sizes?: { unit: 'EC' | 'HOUR' | 'SBU'; min: number; max: number; step?: number }[];
  credentialTypes?: string[];
}

export interface Accreditation {
  accreditationId: string;
  layer: 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
  accreditor?: string;
  framework?: string;
  frameworkVersion?: string;
  scope: Scope;
  validFrom: string;
  validUntil?: string;
  parent?: string;
  statusHistory: StatusEvent[];
}

/** What is known of an organisation from elsewhere: it informs, and decides nothing. */
export interface Evidence {
  layer: string;
  kind: string;
  source?: string;
  identifier?: string;
  name?: string;
  validFrom?: string;
  validTo?: string;
  decision?: string;
  outcome?: string;
  checkedAt?: string;
  recordedAt?: string;
  url?: string;
}

export interface Entity {
  entityId: string;
  type: 'root' | 'accreditor' | 'institution' | 'unit';
  dids: string[];
  legalName?: string;
  displayName: LocalText;
  otherIdentifiers?: { scheme: string; value: string }[];
  country?: string;
  parentEntity?: string;
  keys: { kid: string; jwkThumbprint: string; notBefore: string; notAfter?: string; compromisedAt?: string }[];
  accreditations: Accreditation[];
  evidence?: Evidence[];
}

export interface RegisterList {
  iss: string;
  registerId: string;
  sequence: number;
  issuedAt: string;
  nextUpdate: string;
  frameworks: { id: string; version?: string; name?: LocalText; profiles?: { id: string; scope?: Scope }[] }[];
  entities: Entity[];
}

/** Thrown when the list cannot be had or read; the page puts it in words. */
export class ListUnavailable extends Error {}

/** `GET /config.json` of the register: what its page must say about itself. */
export interface Config {
  /** The register holds invented organisations. */
  sampleData: boolean;
  /** How many persons it takes to change the register. */
  decisions?: 'two-persons' | 'one-person';
}

/** The settings of the register that serves this page. */
export async function fetchConfig(): Promise<Config> {
  try {
    const response = await fetch('./config.json');
    if (!response.ok) throw new ListUnavailable(String(response.status));
    return { sampleData: false, ...((await response.json()) as Partial<Config>) };
  } catch (failure) {
    throw failure instanceof ListUnavailable ? failure : new ListUnavailable('network');
  }
}

/** The list of the register that serves this page, whose addresses begin at `base`. */
export async function fetchList(base = './'): Promise<RegisterList> {
  let text: string;
  try {
    const response = await fetch(`${base}v1/list`, { headers: { accept: 'application/mc-register+jwt' } });
    if (!response.ok) throw new ListUnavailable(String(response.status));
    text = await response.text();
  } catch (failure) {
    throw failure instanceof ListUnavailable ? failure : new ListUnavailable('network');
  }
  try {
    return JSON.parse(payload(text)) as RegisterList;
  } catch {
    throw new ListUnavailable('unreadable');
  }
}

function payload(jws: string): string {
  const part = jws.trim().split('.')[1] ?? '';
  const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

/** `GET /v1/entities`: what the register makes of the list at this moment. */
interface Standings {
  asOf: string;
  entities: { entityId: string; status: Status }[];
}

/** What every entity is now, as the register itself judges it, by entity id. */
export async function fetchStandings(base = './'): Promise<{ asOf: Date; statuses: Map<string, Status> }> {
  try {
    const response = await fetch(`${base}v1/entities`);
    if (!response.ok) throw new ListUnavailable(String(response.status));
    const { asOf, entities } = (await response.json()) as Standings;
    return { asOf: new Date(asOf), statuses: new Map(entities.map((one) => [one.entityId, one.status])) };
  } catch (failure) {
    throw failure instanceof ListUnavailable ? failure : new ListUnavailable('network');
  }
}

/** What an entity is now, and where that comes from. */
export interface Standing {
  status: Status;
  /** From when it counts; null when no decision says so. */
  since: string | null;
  /** The decision behind it. */
  event: StatusEvent | null;
  /** The entity above whose decision it is; null when it is its own. */
  through: Entity | null;
}

/** Everything the page shows. */
export interface Register {
  list: RegisterList;
  asOf: Date;
  statuses: Map<string, Status>;
}

/** The admissions that gate: participation in the quality framework, and the mandates above it. */
export const admissions = (entity: Entity): Accreditation[] => entity.accreditations.filter((one) => one.layer === 'L3');

/** The entity that holds an accreditation. */
const holder = (list: RegisterList, id: string): Entity | undefined =>
  list.entities.find((entity) => entity.accreditations.some((one) => one.accreditationId === id));

/** The decision in force at a moment: the last recorded one whose effect had begun. */
function inForce(accreditation: Accreditation, at: Date): StatusEvent | null {
  const begun = accreditation.statusHistory.filter((event) => new Date(event.effectiveFrom) <= at && new Date(event.recordedAt) <= at);
  return begun.sort((a, b) => b.seq - a.seq)[0] ?? null;
}

/** The register's own word on an entity, with the decision that explains it: nearest first, up to the root. */
export function standing(register: Register, entity: Entity): Standing {
  const { list, asOf, statuses } = register;
  const status = statuses.get(entity.entityId) ?? 'absent';
  for (const admission of admissions(entity)) {
    let link: Accreditation | undefined = admission;
    for (let depth = 0; link && depth < 16; depth++) {
      const owner = holder(list, link.accreditationId);
      const through = owner === entity ? null : (owner ?? null);
      const event = inForce(link, asOf);
      if (status === 'expired' && link.validUntil && new Date(link.validUntil) < asOf) return { status, since: link.validUntil, event: null, through };
      if (event?.status === status) return { status, since: event.effectiveFrom, event, through };
      const above: string | undefined = link.parent;
      link = above === undefined ? undefined : holder(list, above)?.accreditations.find((one) => one.accreditationId === above);
    }
  }
  return { status, since: null, event: null, through: null };
}

/** Who admitted an entity: whoever holds the accreditation that its own is derived from. */
export function admittedBy(list: RegisterList, accreditation: Accreditation): Entity | undefined {
  return accreditation.parent === undefined ? undefined : holder(list, accreditation.parent);
}

/** Whether the entity, or its identifiers, answer to what was searched for. */
export function matches(entity: Entity, list: RegisterList, search: string): boolean {
  const parent = list.entities.find((one) => one.entityId === entity.parentEntity);
  const hay = [
    entity.displayName.nl,
    entity.displayName.en,
    entity.legalName,
    parent?.displayName.nl,
    parent?.displayName.en,
    ...entity.dids,
    ...(entity.otherIdentifiers ?? []).map((one) => one.value),
  ];
  return plain(search)
    .split(/\s+/)
    .every((word) => hay.some((text) => text && plain(text).includes(word)));
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
