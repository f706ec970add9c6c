/** Everything that a change would record, item by item: whoever confirms it has seen all of it. */
import { date, dateTime, number, words } from '@waarmerk/ui';
import type { Entity, Evidence, Register, Scope } from '../list.ts';
import type { AdmissionChange, Change, EntityChange, KeyChange, Reason } from './api.ts';
import { keeper } from './texts.ts';

export interface Fact {
  label: string;
  values: string[];
}

/** What a change would record, apart from the checklist. */
export function facts(change: Change, register: Register): Fact[] {
  const t = keeper().facts;
  const { entities } = register.list;
  const named = (entity: Entity | undefined) => (entity ? `${words(entity.displayName)} (${entity.entityId})` : t.unknown);
  const ofDid = (did: string) => named(entities.find((one) => one.dids.includes(did)));
  const ofAdmission = (name: string) => named(entities.find((one) => one.accreditations.some((two) => two.accreditationId.endsWith(`/${name}`))));
  const window = (from: string, until?: string | null) => (until ? t.window(dateTime(from), dateTime(until)) : t.windowOpen(dateTime(from)));

  const key = ({ kid, jwkThumbprint, notBefore, notAfter, compromisedAt }: KeyChange): string[] => [
    kid,
    `${t.thumbprint}: ${jwkThumbprint}`,
    window(notBefore, notAfter),
    ...(compromisedAt ? [t.compromisedSince(dateTime(compromisedAt))] : []),
  ];
  const keys = (all: KeyChange[]): Fact[] => all.map((one, index) => ({ label: all.length > 1 ? t.keyNumber(index + 1) : t.key, values: key(one) }));

  function organisation(entity: EntityChange): Fact[] {
    const all: Fact[] = [
      { label: t.name, values: both(entity.displayName) },
      { label: t.entityId, values: [entity.entityId ?? ''] },
      { label: t.inRegister, values: [entities.some((one) => one.entityId === entity.entityId) ? t.known : t.isNew] },
      { label: t.dids, values: entity.dids ?? [] },
    ];
    if (entity.legalName) all.push({ label: t.legalName, values: [entity.legalName] });
    if (entity.country) all.push({ label: t.country, values: [entity.country] });
    if (entity.funded !== undefined && entity.funded !== null) all.push({ label: t.funded, values: [entity.funded ? t.yes : t.no] });
    for (const { scheme, value } of entity.otherIdentifiers ?? []) all.push({ label: t.identifier(scheme), values: [value] });
    return all.concat(entity.keys?.length ? keys(entity.keys) : { label: t.key, values: [t.noKeys] });
  }

  function admission(asked: AdmissionChange): Fact[] {
    return [
      { label: t.accreditation, values: [asked.name ?? ''] },
      { label: t.profile, values: [asked.profile] },
      { label: t.under, values: [`${asked.under ?? ''}: ${ofAdmission(asked.under ?? '')}`] },
      { label: t.sectors, values: asked.sectors ?? [] },
      ...scope({ ...asked.scope, sectors: undefined }, t.asProfile),
      { label: t.period, values: [asked.validUntil ? window(asked.validFrom, asked.validUntil) : `${window(asked.validFrom)}; ${t.untilMandate}`] },
      { label: t.mayDelegate, values: [asked.mayDelegate ? t.oneDeep : t.no] },
      ...decision(asked.decision),
    ];
  }

  function scope(given: Scope | null | undefined, otherwise: string): Fact[] {
    const limits = given ?? {};
    const size = ({ unit, min, max, step }: NonNullable<Scope['sizes']>[number]) => `${number(min)} – ${number(max)} ${unit}${step ? ` (${t.step(number(step))})` : ''}`;
    const named: [string, (string | number)[] | undefined][] = [
      [t.sectors, limits.sectors],
      [t.eqf, limits.eqf],
      [t.nlqf, limits.nlqf],
      [t.sizes, limits.sizes?.map(size)],
      [t.fields, limits.fields],
      [t.types, limits.credentialTypes],
      [t.countries, limits.jurisdictions],
    ];
    const all = named.flatMap(([label, values]) => (values ? [{ label, values: values.length > 0 ? [values.join(', ')] : [t.nothing] }] : []));
    return [...all, { label: all.length > 0 ? t.otherLimits : t.limits, values: [otherwise] }];
  }

  function told(evidence: Evidence): string[] {
    const { layer, kind, source, identifier, name, decision, outcome, validFrom, validTo, checkedAt, url } = evidence;
    const known: Record<string, string> = t.decisions;
    return [
      [source, identifier, layer, kind].filter(Boolean).join(', '),
      ...(name ? [name] : []),
      ...(decision ? [known[decision] ?? decision] : []),
      ...(outcome ? [`“${outcome}”`] : []),
      ...(validFrom ? [validTo ? t.days(date(validFrom), date(validTo)) : t.since(date(validFrom))] : []),
      ...(checkedAt ? [t.checkedAt(dateTime(checkedAt))] : []),
      ...(url ? [url] : []),
    ];
  }

  const decision = (address: string | undefined): Fact[] => (address ? [{ label: t.decision, values: [address] }] : []);
  const why = ({ code, nl, en }: Reason): Fact => ({ label: t.reason, values: [...both({ nl, en }), code] });

  switch (change.type) {
    case 'status-event':
      return [
        { label: t.accreditation, values: [change.accreditation, ofAdmission(change.accreditation)] },
        { label: t.status, values: [t.statuses[change.status]] },
        { label: t.from, values: [change.effectiveFrom ? dateTime(change.effectiveFrom) : t.whenRecorded, ...(change.effect === 'retroactive' ? [t.looksBack] : [])] },
        ...decision(change.decision),
        why(change.reason),
      ];
    case 'delegation':
      return [
        ...organisation(change.unit),
        { label: t.accreditation, values: [change.name ?? ''] },
        { label: t.under, values: [`${change.parent}: ${ofAdmission(change.parent)}`] },
        ...scope(change.scope, change.scope ? t.none : t.asInstitution),
        { label: t.period, values: [change.validUntil ? window(change.validFrom, change.validUntil) : `${window(change.validFrom)}; ${t.untilInstitution}`] },
        { label: t.mayDelegate, values: [t.no] },
        why(change.reason),
      ];
    case 'succession':
      return [
        { label: t.ends, values: [ofDid(change.entity), change.entity] },
        { label: t.takesOver, values: [ofDid(change.successor), change.successor] },
        { label: t.from, values: [dateTime(change.effectiveFrom)] },
        why(change.reason),
      ];
    case 'key-event': {
      const owner = entities.find((one) => one.keys.some((two) => two.kid === change.kid));
      const listed = owner?.keys.find((one) => one.kid === change.kid);
      return [
        { label: t.owner, values: [named(owner)] },
        { label: t.key, values: listed ? key(listed) : [change.kid, t.unknown] },
        { label: change.kind === 'compromised' ? t.leakedSince : t.endsAt, values: [dateTime(change.at)] },
        why(change.reason),
      ];
    }
    case 'registration':
      return [...organisation(change.entity), ...(change.admission ? [...admission(change.admission), why(change.admission.reason)] : [])];
    case 'admission':
      return [{ label: t.name, values: [ofDid(change.entity), change.entity] }, ...admission(change), why(change.reason)];
    case 'evidence-import':
      return change.additions.map(({ entityId, evidence }) => ({ label: named(entities.find((one) => one.entityId === entityId)), values: told(evidence) }));
  }
}

/** A text in both languages, as it will be published. */
const both = ({ nl, en }: { nl?: string | null; en?: string | null }): string[] => (nl === en ? [nl ?? ''] : [`${nl ?? ''} (nl)`, `${en ?? ''} (en)`]);
