/** How credentials and reports are put into words, the same in the wallet and in the verifier page. */
import { number, texts, words } from './i18n.svelte.ts';
import type { Assessment, AxisName, ChainLink, Group, Level, Size } from './core/types.ts';

export const c = texts(
  {
    ec: (value: string) => `${value} EC`,
    hours: (value: string) => `${value} uur`,
    sbu: (value: string) => `${value} studiebelastingsuren`,
    level: (value: number) => `niveau ${value}`,
    indication: 'indicatie',
    axis: {
      structure: 'Opbouw van het bewijs',
      signature: 'Handtekening',
      issuerKey: 'Sleutel van de uitgever',
      holder: 'Getoond door de houder',
      validity: 'Geldigheidsduur',
      status: 'Niet ingetrokken of geschorst',
      accreditedAtIssuance: 'Mocht dit uitgeven: toen',
      accreditedNow: 'Mag dit uitgeven: nu',
      scope: 'Past bij wat de instelling mag uitgeven',
      institutionQuality: 'Kwaliteitsoordeel over de instelling',
    },
    role: { unit: 'Onderdeel', institution: 'Instelling', accreditor: 'Toelatende organisatie', root: 'Beheerder van het register' },
    link: {
      active: 'deelnemer',
      suspended: 'geschorst',
      withdrawn: 'toelating ingetrokken',
      expired: 'toelating verlopen',
      absent: 'geen deelnemer',
      unknown: 'niet bekend',
    },
    notChecked: 'niet gecontroleerd',
    chain: 'Wie staat hiervoor in?',
    then: 'Bij uitgifte',
    now: 'Nu',
    outOfScope: 'Dit bewijs valt buiten wat dit onderdeel mag uitgeven.',
    group: { name: 'naam', outcomes: 'leeruitkomsten', assessment: 'toetsing', result: 'resultaat', evidence: 'bewijsstukken' },
    always: ['titel', 'instelling', 'datum', 'omvang en niveau', 'kwaliteitskader', 'een code om intrekking te controleren'],
    assessment: {
      criteria: 'Wat je moest laten zien',
      kind: 'Vorm van toetsing',
      participation: 'Deelname',
      supervision: 'Toezicht',
      identityChecked: 'Identiteit gecontroleerd',
      entryRequirements: 'Wat je vooraf moest kennen of kunnen',
    },
    yes: 'ja',
    no: 'nee',
    vocabulary: {
      testing: 'toets of examen',
      'application of a skill': 'een vaardigheid toegepast',
      portfolio: 'portfolio',
      'recognition of prior learning': 'erkenning van wat iemand al kon',
      online: 'online',
      'onsite or blended': 'op locatie, of deels online',
      volunteering: 'vrijwilligerswerk',
      'work experience': 'op het werk',
      'personalized learning activities': 'eigen leeractiviteiten',
      'unsupervised with no identity verification': 'zonder toezicht, identiteit niet gecontroleerd',
      'supervised with no identity verification': 'met toezicht, identiteit niet gecontroleerd',
      'supervised online': 'online toezicht, identiteit gecontroleerd',
      'onsite with identity verification': 'toezicht op locatie, identiteit gecontroleerd',
    },
    what: {
      title: 'Wat is een microcredential?',
      text: [
        'Een microcredential is een bewijs van een instelling volgens een afgesproken kwaliteitskader. Het laat zien dat iemand een afgebakend onderdeel heeft geleerd en dat dit is getoetst.',
        'Het is geen diploma en heeft (nog) geen wettelijke status.',
        'Omvang en niveau zijn een indicatie. Er zijn geen EC toegekend.',
      ],
    },
    framework: {
      title: 'Kwaliteitskader',
      summary: 'Dit is onze samenvatting, niet de officiële tekst.',
      intro: 'De instellingen spraken dit af:',
      unknown: 'De tekst van dit kader zit niet in deze app. Kijk bij de eigenaar van het kader.',
      version: 'Versie',
    },
    details: {
      title: 'Technische details',
      id: 'Kenmerk van het bewijs',
      format: 'Formaat',
      issuer: 'Kenmerk van de uitgever',
      institutionCode: 'Instellingscode',
      register: 'Stand van het register',
      registerIs: (sequence: number, at: string) => `nummer ${sequence}, van ${at}`,
      stale: 'verouderd',
      policy: 'Regels',
      code: 'Code',
      evidence: 'Waar dit op rust',
      asOf: 'stand van',
    },
  },
  {
    ec: (value: string) => `${value} ECTS`,
    hours: (value: string) => `${value} hours`,
    sbu: (value: string) => `${value} study load hours`,
    level: (value: number) => `level ${value}`,
    indication: 'indication',
    axis: {
      structure: 'How the credential is built',
      signature: 'Signature',
      issuerKey: 'The issuer’s key',
      holder: 'Shown by the holder',
      validity: 'Period of validity',
      status: 'Not revoked or suspended',
      accreditedAtIssuance: 'Allowed to issue this: then',
      accreditedNow: 'Allowed to issue this: now',
      scope: 'Within what the institution may issue',
      institutionQuality: 'Quality review of the institution',
    },
    role: { unit: 'Department', institution: 'Institution', accreditor: 'Admitted by', root: 'Keeper of the register' },
    link: {
      active: 'participant',
      suspended: 'suspended',
      withdrawn: 'admission withdrawn',
      expired: 'admission ended',
      absent: 'not a participant',
      unknown: 'not known',
    },
    notChecked: 'not checked',
    chain: 'Who stands behind this?',
    then: 'When issued',
    now: 'Now',
    outOfScope: 'This credential lies outside what this department may issue.',
    group: { name: 'name', outcomes: 'learning outcomes', assessment: 'assessment', result: 'result', evidence: 'evidence' },
    always: ['title', 'institution', 'date', 'size and level', 'quality framework', 'a code to check for revocation'],
    assessment: {
      criteria: 'What had to be shown',
      kind: 'Form of assessment',
      participation: 'Participation',
      supervision: 'Supervision',
      identityChecked: 'Identity checked',
      entryRequirements: 'What had to be known beforehand',
    },
    yes: 'yes',
    no: 'no',
    vocabulary: {
      testing: 'test or exam',
      'application of a skill': 'a skill applied',
      portfolio: 'portfolio',
      'recognition of prior learning': 'recognition of earlier learning',
      online: 'online',
      'onsite or blended': 'on site, or partly online',
      volunteering: 'volunteering',
      'work experience': 'at work',
      'personalized learning activities': 'own learning activities',
      'unsupervised with no identity verification': 'not supervised, identity not checked',
      'supervised with no identity verification': 'supervised, identity not checked',
      'supervised online': 'supervised online, identity checked',
      'onsite with identity verification': 'supervised on site, identity checked',
    },
    what: {
      title: 'What is a microcredential?',
      text: [
        'A microcredential is evidence from an institution under an agreed quality framework. It shows that someone learned a well-defined unit and that this was assessed.',
        'It is not a diploma and has no legal status (yet).',
        'Size and level are an indication. No ECTS credits were awarded.',
      ],
    },
    framework: {
      title: 'Quality framework',
      summary: 'This is our summary, not the official wording.',
      intro: 'The institutions agreed on this:',
      unknown: 'This app does not hold the text of this framework. See the framework’s owner.',
      version: 'Version',
    },
    details: {
      title: 'Technical details',
      id: 'Credential identifier',
      format: 'Format',
      issuer: 'Issuer identifier',
      institutionCode: 'Institution code',
      register: 'State of the register',
      registerIs: (sequence: number, at: string) => `number ${sequence}, of ${at}`,
      stale: 'out of date',
      policy: 'Rules',
      code: 'Code',
      evidence: 'What this rests on',
      asOf: 'as of',
    },
  },
);

/** `5 EC · niveau 6 (indicatie)`; empty when neither is told. */
export function sizeAndLevel(size: Size | null | undefined, level: Level | null | undefined): string {
  const parts: string[] = [];
  if (size?.ec != null) parts.push(c().ec(number(size.ec)));
  else if (size?.sbu != null) parts.push(c().sbu(number(size.sbu)));
  else if (size?.hours != null) parts.push(c().hours(number(size.hours)));
  if (level) parts.push(c().level(level.eqf));
  return parts.length ? `${parts.join(' · ')} (${c().indication})` : '';
}

/** The name of a check. */
export function axisName(axis: AxisName): string {
  return c().axis[axis] ?? axis;
}

/** The role of a link of the chain. */
export function roleName(role: ChainLink['role']): string {
  return c().role[role] ?? role;
}

/** What a link's admission was. */
export function linkState(state: string): string {
  const known: Record<string, string> = c().link;
  return known[state] ?? state;
}

/** The name of a group that can be shown or hidden. */
export function groupName(group: Group): string {
  return c().group[group] ?? group;
}

/** Whether the way of supervising says by itself that the identity was, or was not, checked. */
function saysIdentity({ supervision, identityChecked }: Partial<Assessment>): boolean {
  if (typeof supervision !== 'string' || !(supervision in c().vocabulary)) return false;
  return identityChecked === !supervision.includes('no identity verification');
}

/** What a credential tells about its assessment, as label and words. */
export function assessmentFacts(given: Partial<Assessment> | null | undefined): { label: string; text: string }[] {
  if (!given) return [];
  const vocabulary: Record<string, string> = c().vocabulary;
  const facts: { label: string; text: string }[] = [];
  const labels = Object.entries(c().assessment) as [keyof Assessment, string][];
  for (const [key, label] of labels) {
    if (key === 'identityChecked' && saysIdentity(given)) continue;
    const value = given[key];
    let text = '';
    if (typeof value === 'string') text = vocabulary[value] ?? value;
    else if (typeof value === 'boolean') text = value ? c().yes : c().no;
    else if (value && typeof value === 'object') text = words(value);
    if (text) facts.push({ label, text });
  }
  return facts;
}
