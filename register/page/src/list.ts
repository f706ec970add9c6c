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
  evidence?: { layer: string; kind: string; source?: string; name?: string; validFrom?: string; validTo?: string; decision?: string }[];
}

export interface RegisterList {
  iss: string;
  registerId: string;
  sequence: number;
  issuedAt: string;
  nextUpdate: string;
  frameworks: { id: string; version?: string; name?: LocalText }[];
  entities: Entity[];
}

/** Thrown when the list cannot be had or read; the page puts it in words. */
export class ListUnavailable extends Error {}

/** `GET /config.json` of the register: what its page must say about itself. */
export interface Config {
  /** The register holds invented organisations. */
  sampleData: boolean;
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

/** The list of the register that serves this page. */
export async function fetchList(): Promise<RegisterList> {
  let text: string;
  try {
    const response = await fetch('./v1/list', { headers: { accept: 'application/mc-register+jwt' } });
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

/** A status and the moment from which it counts. */
export interface Standing {
  status: Status;
  since: string | null;
  event: StatusEvent | null;
}

/**
 * What one accreditation is at a moment: its period first, then the last recorded event whose effect had begun
 * (`specs/accreditation/`: later events override earlier ones from their `effectiveFrom` on).
 */
export function standing(accreditation: Accreditation, at: Date): Standing {
  const from = new Date(accreditation.validFrom);
  const until = accreditation.validUntil ? new Date(accreditation.validUntil) : null;
  if (at < from) return { status: 'absent', since: accreditation.validFrom, event: null };
  if (until && at > until) return { status: 'expired', since: accreditation.validUntil ?? null, event: null };
  const events = [...accreditation.statusHistory].sort((a, b) => a.seq - b.seq);
  let found: StatusEvent | null = null;
  for (const event of events) if (new Date(event.effectiveFrom) <= at) found = event;
  if (!found) return { status: 'absent', since: null, event: null };
  return { status: found.status, since: found.effectiveFrom, event: found };
}

/** The admissions that gate: participation in the quality framework, and the mandates above it. */
export const admissions = (entity: Entity): Accreditation[] => entity.accreditations.filter((one) => one.layer === 'L3');

const BADNESS: Status[] = ['active', 'expired', 'suspended', 'withdrawn', 'absent'];

/** The standing of an entity: the best of its own admissions, cut down by the entity it falls under. */
export function standingOf(entity: Entity, list: RegisterList, at: Date, depth = 0): Standing & { through: Entity | null } {
  const own = admissions(entity)
    .map((one) => standing(one, at))
    .sort((a, b) => BADNESS.indexOf(a.status) - BADNESS.indexOf(b.status))[0] ?? { status: 'absent' as const, since: null, event: null };
  const parent = list.entities.find((one) => one.entityId === entity.parentEntity);
  if (parent && depth < 8) {
    const above = standingOf(parent, list, at, depth + 1);
    if (BADNESS.indexOf(above.status) > BADNESS.indexOf(own.status)) return { ...above, through: above.through ?? parent };
  }
  return { ...own, through: null };
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
