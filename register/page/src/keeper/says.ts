/** What a change means, in one sentence for people. */
import { date, words } from '@waarmerk/ui';
import type { Register } from '../list.ts';
import type { Change } from './api.ts';
import { keeper } from './texts.ts';

const SOURCES = { deqar: 'DEQAR', rio: 'RIO' } as const;

/** What will be so once the change is recorded. */
export function says(change: Change, register: Register): string {
  const t = keeper().says;
  const { entities } = register.list;
  const when = (moment: string | undefined) => (moment ? t.from(date(moment)) : t.now);
  const ofDid = (did: string) => words(entities.find((one) => one.dids.includes(did))?.displayName) || did;
  const ofAdmission = (name: string) => words(entities.find((one) => one.accreditations.some((two) => two.accreditationId.endsWith(`/${name}`)))?.displayName) || name;
  switch (change.type) {
    case 'status-event': {
      const sentence = { active: t.active, suspended: t.suspended, withdrawn: t.withdrawn, expired: t.withdrawn, absent: t.withdrawn }[change.status];
      return sentence(when(change.effectiveFrom), ofAdmission(change.accreditation));
    }
    case 'delegation':
      return t.delegation(when(change.validFrom), ofAdmission(change.parent), words(change.unit.displayName));
    case 'succession':
      return t.succession(when(change.effectiveFrom), ofDid(change.entity), ofDid(change.successor));
    case 'key-event':
      return (change.kind === 'compromised' ? t.compromised : t.ended)(date(change.at), change.kid.split('#')[1] ?? change.kid, ofDid(change.kid.split('#')[0] ?? ''));
    case 'registration': {
      const name = words(change.entity.displayName);
      return change.admission ? t.admission(when(change.admission.validFrom), name, change.admission.profile) : t.registration(name);
    }
    case 'admission':
      return t.admission(when(change.validFrom), ofDid(change.entity), change.profile);
    case 'evidence-import':
      return t.evidence(SOURCES[change.source], change.additions.length, new Set(change.additions.map((one) => one.entityId)).size);
  }
}
