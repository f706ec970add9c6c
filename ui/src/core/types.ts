/**
 * What passes between the pages and the wasm core (`crates/browser`).
 *
 * Every function of the core takes and returns JSON text; these are its shapes. A function that
 * cannot do what was asked throws a string: the JSON text of a {@link CoreError}. Moments are
 * ISO 8601 text; "now" always comes from the page (`new Date().toISOString()`).
 */

export type Language = 'nl' | 'en';

/** A text of ours: always in both languages. */
export interface Text {
  nl: string;
  en: string;
}

/** A text of an institution: in the languages it gave. */
export interface GivenText {
  nl?: string;
  en?: string;
}

/** Thrown, as JSON text, by every function of the core. */
export interface CoreError extends Text {
  /** Stable and lower case, such as `wrong-passphrase` or `issuer-unreachable`. */
  code: string;
  /** What helps: ask again, ask with another code, or nothing. Absent outside collecting. */
  retry?: 'again' | 'code' | 'no';
  /** How many codes may still be tried, where the issuer said so. */
  triesLeft?: number;
  /** The other party's own words, in whatever language; show as plain text. */
  detail?: string;
  /** Send these without waiting: they tell the issuer that nothing was kept. */
  notifications?: HttpRequest[];
}

// ---------------------------------------------------------------- reading and verifying

/** `read(text)`: what a scanned, pasted or opened text is. Throws when it is nothing we know. */
export type Reading =
  | { kind: 'offer' }
  /** The code on a verifier's page, to be answered by the wallet. */
  | { kind: 'challenge'; challenge: string }
  /** A link to what somebody shares; `openLink` fetches what is behind it. */
  | { kind: 'link' }
  | {
      kind: 'credential';
      format: 'vc+sd-jwt' | 'ldp_vc' | string;
      /** Holder-signed: a presentation rather than a bare credential. */
      presented: boolean;
    };

/** Whose lists are believed; with an address of its own, of a further register. */
export interface Anchor {
  iss: string;
  jwk: JsonWebKey;
  registerUrl?: string;
}

/** Settings of a verification, as served in `/config.json` under the same names. */
export interface Settings {
  /** Where the register's signed list is. */
  registerUrl: string;
  /** Whose signature on the list is trusted. */
  anchors: Anchor[];
  /** Exact origins that may be spoken to over plain http, such as `http://localhost:4702`. */
  loopbackOrigins: string[];
  /** How old a presentation may be. Default 5. */
  freshnessMinutes?: number;
  policy?: string;
  /** How far this device's clock is ahead of the page's own server; negative when behind, null when not known. */
  clockAheadSeconds?: number | null;
  /** The lowest number of a register list that is believed. */
  minimumSequence?: number;
  /** The same for further registers, by the address of the list. */
  minimumSequences?: Record<string, number>;
  /** The changes of key that a list must begin with, by its address. */
  seenKeyChanges?: Record<string, KeyChangesSeen>;
  /** Whether nothing can be fetched, so that the report has to say of when everything is. */
  offline?: boolean;
  /** Whether an issuer that the register does not list is asked for keys and status lists; it then sees the check. */
  askUnknownIssuers?: boolean;
  [further: string]: unknown;
}

/** `needs(text, resourcesJson, settingsJson)`: what to fetch (GET) before verifying; ask again until empty. */
export interface Need {
  url: string;
  accept: string;
  kind: 'register' | 'status' | 'did' | 'receipts' | 'known-issuers';
}

/** What was fetched, by URL; grows over the rounds. Start with `{}`. */
export type Resources = Record<string, Resource>;

export type Resource =
  | { status: number; body: string; fetchedAt: string }
  /** No answer; the reason is for display only. */
  | { unreachable: string };

export type Colour = 'green' | 'amber' | 'red' | 'grey';
export type Outcome = 'passed' | 'failed' | 'inconclusive' | 'notApplicable' | 'warning';
export type AxisName =
  | 'structure'
  | 'signature'
  | 'issuerKey'
  | 'holder'
  | 'validity'
  | 'status'
  | 'accreditedAtIssuance'
  | 'accreditedNow'
  | 'scope'
  | 'institutionQuality';

/** A coded finding with its text. */
export interface Notice extends Text {
  code: string;
}

/** One check. All ten are always listed, in the order of {@link AxisName}. */
export interface Axis extends Notice {
  axis: AxisName;
  outcome: Outcome;
  evidence: Record<string, unknown>;
  /** The moment of the facts used; null when none were. */
  asOf: string | null;
}

/** `verify(text, resourcesJson, settingsJson, nowIso)` */
export interface VerificationReport {
  verdict: Notice & { colour: Colour };
  checkedAt: string;
  /** Of when the lists are that it rests on, where they are not of now. */
  asKnownOn: string | null;
  policy: string;
  axes: Axis[];
  /** Null when the text was not readable as a credential. */
  credential: ReportedCredential | null;
  chain: ChainLink[];
  /** The date the issuer gives, when the register received the commitment to it, and which of them counted. */
  issuanceTime: { claimed: string | null; proven: string | null; used: string | null; proof: 'issuance-receipt' | null };
  notices: Notice[];
  register: RegisterList | null;
  /** Every register that was asked, where more than one is trusted. */
  registers?: { url: string; list: RegisterList | null; problem: string | null; listsIssuer: boolean; decided: boolean }[];
  /** What lists of known issuers say of the issuer; absent when none were looked at. It turns no verdict. */
  listedElsewhere?: { list: string; url: string; listed: { name: string; location?: string; url?: string } | null; updated: string | null; problem: string | null }[];
  /** The link it came from, when it came from one. `until` is the link's end, not the credential's. */
  link?: { purpose: string; created: string; until: string };
}

/** How many changes of key an operator told of, and the hash of the last. */
export interface KeyChangesSeen {
  number: number;
  last?: string;
}

/** The list of a register that was used. */
export interface RegisterList {
  sequence: number;
  /** How the operator's keys had followed on each other by then. */
  keyChanges: KeyChangesSeen;
  issuedAt: string;
  nextUpdate: string;
  fresh: boolean;
}

export interface ReportedCredential {
  id: string;
  format: string;
  title: GivenText;
  issuer: Issuer & { displayName: GivenText; displayInstitution: GivenText };
  /** Where the issuer describes the achievement. */
  achievement: string | null;
  awardedOn: string;
  /** When the credential itself ends, where it does. */
  validUntil: string | null;
  level: Level | null;
  size: Size | null;
  framework: Framework | null;
  holderName: string | null;
  outcomes: GivenText[];
  assessment: Record<string, unknown> | null;
  result: string | null;
  /** The scale the result is on. */
  scale: string | null;
  hidden: Group[];
}

export interface Issuer {
  /** Null in badges whose issuer is a web address instead. */
  did: string | null;
  name: string | null;
  institution?: string | null;
  institutionCode?: string | null;
}

export interface Level {
  eqf: number;
  nlqf?: string | null;
  /** Who set it. */
  basis?: string | null;
}

export interface Size {
  ec?: number | null;
  hours?: number | null;
  sbu?: number | null;
  /** What it rests on. */
  basis?: string | null;
}

export interface Assessment {
  /** What was required. */
  criteria: GivenText;
  kind: string | null;
  participation: string | null;
  supervision: string | null;
  identityChecked: boolean | null;
  entryRequirements: GivenText;
}

export interface Framework {
  id: string;
  version: string | null;
  name?: GivenText;
}

export interface ChainLink {
  role: 'unit' | 'institution' | 'accreditor' | 'root';
  did: string;
  name: GivenText;
  atIssuance: string;
  now: string;
  inScope: boolean;
}

// ---------------------------------------------------------------- wallet

/** What the learner may show or keep back. Everything else is always visible. */
export type Group = 'name' | 'outcomes' | 'assessment' | 'result' | 'evidence';

/** `wallet.cards()` gives these; `wallet.card(id)` one. One card is one accepted offer. */
export interface Card {
  /** Opaque; known to this wallet only. */
  id: string;
  receivedAt: string;
  title: GivenText;
  issuer: Issuer;
  /** What the register called it when the card was collected; empty in a wallet of before these were kept. */
  issuerNames: { institution: GivenText; unit: GivenText };
  /** The origin the card was collected from. */
  collectedFrom: string;
  description: GivenText;
  awardedOn: string | null;
  validUntil: string | null;
  level: Level | null;
  size: Size | null;
  framework: Framework | null;
  /** BCP 47 tag of the language of teaching and assessment. */
  language: string | null;
  holderName: string | null;
  outcomes: GivenText[];
  assessment: Assessment | null;
  result: string | null;
  /** The scale the result is on. */
  scale: string | null;
  /** Groups that are never shown, since what belongs with them is not in the credential, and why. */
  withheld: (Text & { group: Group })[];
  evidence: { url: string | null; name: string | null; description: string | null }[];
  skills: { name: string; url: string | null; framework: string | null }[];
  /** Which groups this card has and can therefore show or hide, in fixed order. */
  groups: Group[];
  /** Can this card be shown by QR? False when no show copy was received. */
  showable: boolean;
  /** How many more times it can be shown as a QR code without any two of them being linked. */
  unlinkableLeft: number;
  copies: CardCopy[];
  /** What was found on receipt and could not be settled then, such as an unreachable register. */
  notes: Notice[];
}

/** The copies of one kind. */
export interface CardCopy {
  /** One of them; opaque; for `export`. */
  id: string;
  configurationId: string;
  format: string;
  /** `show`: the lean copy for QR codes; `portable`: for other programs. */
  use: 'show' | 'portable';
  /** Can groups be hidden in it? */
  selective: boolean;
  number: number;
  /** How many were never shown or handed over. */
  unused: number;
}

// ----- collecting an offer

/** The page does `request` and hands the answer to `offerAdvance`. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** What the page hands to `offerAdvance`. Follow no redirects; send no cookies. */
export type HttpAnswer = { status: number; body: string } | { unreachable: string };

/** Returned by `offerStart`, `offerAdvance`, `offerAccept` and `offerRetry`. */
export type OfferStep =
  | { step: 'request'; doing: OfferActivity; progress: OfferProgress; request: HttpRequest }
  | { step: 'review'; offer: OfferView }
  | {
      step: 'done';
      /** The first of `cards`; nearly always the only one. */
      card: Card;
      /** One for each microcredential of the offer. */
      cards: Card[];
      /** Send these without waiting, after the sealed wallet was stored; answers do not matter. */
      notifications: HttpRequest[];
    };

/** How far collecting is, in copies; `total` is 0 until the offer is known. */
export interface OfferProgress {
  done: number;
  total: number;
}

/** What a request is for, to show progress. */
export type OfferActivity = 'offer' | 'issuer' | 'token' | 'credential' | 'check';

export interface OfferView {
  /** The credential issuer identifier. */
  issuer: string;
  /** Scheme, host and port of the issuer: the part to recognise it by. */
  issuerOrigin: string;
  issuerName: GivenText;
  /** What will be collected; the copies of one microcredential become one card. */
  credentials: { configurationId: string; format: string; name: GivenText }[];
  /** How many copies that will be in all. */
  copies: number;
  /** Null when no separately sent code is needed. */
  code: { numeric: boolean; length: number | null; description: string | null } | null;
}

// ----- showing

/** `wallet.show(cardId, choiceJson, nowIso)` */
export type ShowChoice = {
  /** `employer` shows the name, `examBoard` everything. */
  preset?: 'employer' | 'examBoard';
  /** Exactly these; with a preset, these besides. */
  groups?: Group[];
  /** The six digits on a verifier's page, when it shows them. */
  challenge?: string;
};

export interface Shown {
  /** The text inside the QR code; can also be copied. */
  qrText: string;
  /** The QR code as an SVG document. */
  svg: string;
  /** Bytes before base45; at most 830 is comfortable for any camera. */
  bytes: number;
  /** QR version, 1 to 40. */
  version: number;
  visible: Group[];
  hidden: Group[];
  /** When a verifier starts to call it old: five minutes after now. */
  validUntil: string;
  /** The same presentation as compact SD-JWT+KB text, for pasting. */
  presentation: string;
  /** Was the copy shown before, so that whoever sees both can link them? A note says so as well. */
  linkable: boolean;
  /** How many more times the card can be shown without that. */
  unlinkableLeft: number;
  /** What the wallet added or held back for minimum context, and why. */
  notes: Notice[];
}

// ----- sending

/** `wallet.send(cardId, choiceJson, service, nowIso)`: a link instead of a QR code; gives a {@link Share}. */
export type SendChoice = Omit<ShowChoice, 'challenge'> & {
  /** What the link is for; whoever opens it reads this. */
  purpose: string;
  /** When the link ends, within a year. */
  until: string;
  maxViews?: number;
};

/** A link that was made. Its `link` is a secret: whoever has it can read what it shows. */
export interface Share {
  /** Opaque; known to this wallet only. */
  id: string;
  /** The card, which may have been removed since. */
  cardId: string;
  title: GivenText;
  link: string;
  purpose: string;
  created: string;
  until: string;
  maxViews: number | null;
  visible: Group[];
  hidden: Group[];
  notes: Notice[];
  /** `making`: the share store has not confirmed that it keeps it; do `keep` again. */
  state: 'making' | 'open' | 'withdrawn' | 'ended' | 'usedUp';
  views: number;
  /** A day, when it was opened at all. */
  lastOpenedOn: string | null;
  /** When the store was last asked. */
  askedAt: string | null;
  withdrawnAt: string | null;
}

/** `wallet.shareRequest(id, act)` gives an {@link HttpRequest}; its answer goes to `wallet.shareAnswer(id, act, answerJson, nowIso)`. */
export type ShareAct = 'keep' | 'look' | 'withdraw';

/** What the store of a link answered this page just now; without an answer the status is 0. Never what somebody pasted. */
export interface LinkAnswer {
  link: string;
  status: number;
  body: string;
}

/** `openLink(link, status, body)`: what is behind a link. Nothing in it is verified. */
export interface OpenedLink {
  purpose: string;
  created: string;
  until: string;
  /** How often it can still be opened; null where there is no limit. */
  viewsLeft: number | null;
  content: ReportedCredential | null;
}

/** `wallet.exportCopy(cardId, copyId, nowIso)`: a file for another program. */
export interface ExportedFile {
  fileName: string;
  mediaType: string;
  content: string;
}

/** `wallet.activity()`, newest first. Never names a recipient: the wallet does not know one. */
export interface ActivityEntry {
  at: string;
  kind: 'received' | 'shown' | 'sent' | 'withdrawn' | 'exported' | 'removed';
  title: GivenText;
  /** For `shown` and `sent`: the groups that were visible. */
  groups?: Group[];
}

/** `qrSvg(text)` */
export interface QrCode {
  svg: string;
  version: number;
}
