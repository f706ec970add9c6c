//! Every code a report can carry, with its text in Dutch and in English: two originals, neither a translation.
//!
//! The texts are for whoever holds the phone: what is the case, and what to do next. `{blanks}` are filled
//! from the check; a test holds that both languages have the same ones.

use chrono::{DateTime, Utc};
use credentials::{Language, Text, dutch_day, dutch_time};
use serde::{Serialize, Serializer};

/// A text in both languages, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The code, such as `VER-001`.
    pub code: Code,
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

macro_rules! messages {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $nl:literal, $en:literal;)+) => {
        /// A line of the table. In JSON it is its [`id`](Self::id).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every line of the table.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as people and programs quote it. Lines that say the same thing more or less
            /// precisely share one.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// The text with its `{blanks}` still open.
            pub fn template(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::Nl) => $nl, (Self::$name, Language::En) => $en,)+
                }
            }
        }
    };
}

messages! {
    /// Structure: as it should be.
    StructureSound = "STR-001",
        "De opbouw klopt.",
        "It is built as it should be.";
    /// Structure: a rule of the data model is broken.
    StructureBroken = "STR-002",
        "Dit bewijs is niet goed opgebouwd ({what}). Vraag de uitgever om een nieuw bewijs.",
        "This credential is not built correctly ({what}). Ask the issuer for a new one.";
    /// Structure: another kind of credential.
    OtherKind = "STR-003",
        "Dit is een ander soort bewijs dan een microcredential. Daar is deze controle niet voor.",
        "This is another kind of credential than a microcredential. This check is not made for it.";
    /// Structure: a context that is not bundled.
    UnknownContext = "STR-004",
        "Dit bewijs gebruikt begrippen die wij niet kennen ({what}). Wat het precies zegt, is niet te bepalen.",
        "This credential uses terms we do not know ({what}). What it says exactly cannot be told.";
    /// Structure: claims that travel together were separated.
    MinimumContextBroken = "STR-005",
        "Er is te weinig getoond: bij {shown} hoort {what}. Vraag om dat ook te laten zien.",
        "Too little was shown: {shown} cannot be weighed without {what}. Ask to see that too.";

    /// Signature: it holds.
    SignatureSound = "SIG-001",
        "De handtekening klopt: sinds de uitgifte is niets veranderd.",
        "The signature is right: nothing changed since it was issued.";
    /// Signature: it does not hold.
    SignatureWrong = "VER-001",
        "De handtekening klopt niet. Vertrouw dit bewijs niet.",
        "The signature is wrong. Do not trust this credential.";
    /// Signature: there is no key to check it with.
    SignatureNoKey = "SIG-002",
        "De handtekening is nu niet te controleren: de sleutel van de uitgever is niet te vinden. Probeer het later opnieuw.",
        "The signature cannot be checked now: the issuer's key cannot be found. Try again later.";
    /// Signature: made in a way that is not supported.
    SignatureUnknown = "SIG-003",
        "De handtekening is gezet op een manier die wij niet kennen. Of het bewijs klopt, is niet te bepalen.",
        "It is signed in a way we do not know. Whether the credential is right cannot be told.";
    /// Signature: its issuer is not in the register, and was not asked for its key.
    SignatureNotAsked = "SIG-004",
        "De handtekening is niet gecontroleerd: daarvoor moet de sleutel bij de uitgever worden gehaald, en die staat niet in het register. De uitgever zou zien dat iemand controleert.",
        "The signature was not checked: the key for that is with the issuer, which is not in the register. The issuer would see that somebody checks.";
    /// Signature: it is the holder's own copy, from which parts are shown.
    BaseProof = "SIG-005",
        "Dit is het bewijs zoals de houder het bewaart, met alles erin. Vraag de houder om het te delen vanuit de wallet; dan is het te controleren.",
        "This is the credential as its holder keeps it, with everything in it. Ask the holder to share it from the wallet; then it can be checked.";
    /// Any axis that needs a confirmed signature.
    NotChecked = "GEN-001",
        "Niet gecontroleerd, omdat de handtekening niet is bevestigd.",
        "Not checked, because the signature was not confirmed.";

    /// Issuer key: the issuer's, and it counted then.
    KeySound = "KEY-001",
        "De sleutel is van de uitgever en was toen geldig.",
        "The key is the issuer's and was valid at that time.";
    /// Issuer key: another's.
    KeyNotIssuers = "KEY-002",
        "De handtekening is gezet met de sleutel van een ander dan de uitgever. Vertrouw dit bewijs niet.",
        "It was signed with the key of somebody other than the issuer. Do not trust this credential.";
    /// Issuer key: the register knows the issuer, not the key.
    KeyNotRegistered = "KEY-003",
        "Het register kent deze sleutel niet bij deze uitgever. Vertrouw dit bewijs niet.",
        "The register does not list this key for this issuer. Do not trust this credential.";
    /// Issuer key: the issuer's, by its own word.
    KeyByIssuerAlone = "KEY-004",
        "De sleutel is van de uitgever. Sinds wanneer die geldt, staat nergens vast.",
        "The key is the issuer's. Since when it counts is not on record.";
    /// Issuer key: nothing to compare with.
    KeyUnknown = "KEY-005",
        "Van wie de sleutel is, is nu niet te controleren. Probeer het later opnieuw.",
        "Whose key it is cannot be checked now. Try again later.";
    /// Issuer key: not meant for issuing.
    KeyForOtherUse = "KEY-006",
        "De uitgever heeft deze sleutel niet bestemd voor het uitgeven van bewijzen. Vertrouw dit bewijs niet.",
        "The issuer did not set this key apart for issuing. Do not trust this credential.";
    /// Issuer key: outside its window, or compromised.
    KeyOutsideWindow = "ACC-009",
        "De sleutel was op dat moment niet geldig.",
        "The key was not valid at that time.";

    /// Holder: answered the verifier's challenge.
    HolderAnswered = "HLD-001",
        "De houder beantwoordde jouw code. Wie de persoon is, zegt dat niet: vergelijk de naam met een identiteitsbewijs.",
        "The holder answered your code. That does not say who the person is: compare the name with an identity document.";
    /// Holder: shown without a challenge, recently.
    HolderShown = "HLD-002",
        "Getoond zonder code, {age} oud. Wie de persoon is, zegt dat niet: vergelijk de naam met een identiteitsbewijs.",
        "Shown without a code, {age} old. That does not say who the person is: compare the name with an identity document.";
    /// Holder: presentation too old.
    PresentationTooOld = "HLD-003",
        "Dit is {age} geleden gemaakt. Dat is te lang. Vraag om het opnieuw te laten zien.",
        "This was made {age} ago. That is too long. Ask to show it again.";
    /// Holder: presentation from the future.
    PresentationFromFuture = "HLD-004",
        "Dit lijkt in de toekomst gemaakt. Controleer de klok van beide apparaten en vraag om het opnieuw te laten zien.",
        "This seems to be made in the future. Check the clocks of both devices and ask to show it again.";
    /// Holder: presentation from the future, by a clock that was compared with another.
    HolderClockAhead = "HLD-004",
        "De klok van het apparaat waarop dit is gemaakt, loopt {age} voor. Vraag om die goed te zetten en het opnieuw te laten zien.",
        "The clock of the device this was made on is {age} fast. Ask to set it right and to show this again.";
    /// Holder: nobody was asked.
    HolderNotChallenged = "HLD-005",
        "Niet door de houder zelf getoond: dit is een kopie. Vraag de houder om het uit de eigen wallet te laten zien.",
        "Not shown by the holder in person: this is a copy. Ask the holder to show it from their own wallet.";
    /// Verdict: everything else holds, and nobody was asked.
    RealNotShownByHolder = "HLD-006",
        "Echt, maar niet door de houder getoond. Vraag de houder om het uit de eigen wallet te laten zien.",
        "Real, but not shown by its holder. Ask the holder to show it from their own wallet.";
    /// Holder: a challenge was given, and this was not made for it.
    ShownWithoutChallenge = "HLD-007",
        "Dit is getoond zonder jouw code. Vraag de houder om jouw code over te nemen en het opnieuw te laten zien.",
        "This was shown without your code. Ask the holder to enter your code and show it again.";
    /// Holder: answers a code, and none was asked for here.
    AnswersUnaskedChallenge = "HLD-011",
        "Dit beantwoordt een code die hier niet is gevraagd, misschien die van een andere controle. Vraag de houder om het opnieuw te laten zien.",
        "This answers a code that was not asked for here, perhaps that of another check. Ask the holder to show it again.";
    /// Holder: shared by a link that still counts.
    SharedByLink = "HLD-008",
        "Gedeeld met een link, op {date}. De link werkt tot en met {end}. Iedereen met de link kan dit laten zien: vergelijk de naam met een identiteitsbewijs.",
        "Shared by link, on {date}. The link works through {end}. Anybody with the link can show this: compare the name with an identity document.";
    /// Holder: shared by a link that has ended.
    LinkEnded = "HLD-009",
        "Gedeeld met een link, op {date}. Die link werkte tot en met {end}. Vraag de houder om een nieuwe link. Het bewijs zelf kan nog geldig zijn.",
        "Shared by link, on {date}. That link worked through {end}. Ask the holder for a new link. The credential itself may still be valid.";
    /// Holder: from a link, without the link.
    SharedByLinkAlone = "HLD-010",
        "Gedeeld met een link, op {date}, maar de link zelf is niet gecontroleerd. Vraag om de link: dan is te zien of hij nog werkt.",
        "Shared by link, on {date}, but the link itself was not checked. Ask for the link: then you can see whether it still works.";
    /// Holder: the proof fails.
    HolderProofWrong = "VER-002",
        "De houder kon niet aantonen dat dit bewijs van hem of haar is.",
        "The holder could not prove this credential is theirs.";

    /// Holder: made for another verifier's code, or for an earlier one.
    AnswersOtherChallenge = "VER-002",
        "Dit beantwoordt een andere code dan die van jou, en kan zijn overgenomen van een eerdere controle. Vertrouw het niet. Vraag de houder om jouw code over te nemen.",
        "This answers another code than yours, and may be taken over from an earlier check. Do not trust it. Ask the holder to enter your code.";

    /// Validity: no end.
    ValidWithoutEnd = "DAT-001",
        "Dit bewijs heeft geen einddatum.",
        "This credential has no end date.";
    /// Validity: the end lies ahead.
    ValidUntil = "DAT-002",
        "Geldig tot en met {date}.",
        "Valid until {date}.";
    /// Validity: past its end.
    Expired = "DAT-003",
        "Verlopen op {date}. Het bewijs gold tot dan.",
        "Expired on {date}. The credential held until then.";
    /// Validity: not begun.
    NotYetValid = "DAT-004",
        "Nog niet geldig: dit bewijs geldt pas vanaf {date}.",
        "Not valid yet: this credential holds from {date} only.";
    /// Validity: an end may have been left out.
    EndMayBeHidden = "DAT-006",
        "Of dit bewijs een einddatum heeft, is niet te zien: er is iets weggelaten dat de datum kan zijn. Vraag om het hele bewijs.",
        "Whether this credential has an end date cannot be seen: something was left out that may be the date. Ask for the whole credential.";
    /// Validity: unreadable dates.
    DatesUnreadable = "DAT-005",
        "De datums in dit bewijs zijn niet te lezen.",
        "The dates in this credential cannot be read.";

    /// Status: neither revoked nor suspended.
    StatusClear = "STA-001",
        "Niet ingetrokken en niet geschorst (stand van {date}).",
        "Neither revoked nor suspended (as known on {date}).";
    /// Status: not revoked, and the issuer does not suspend it.
    StatusNotRevoked = "STA-005",
        "Niet ingetrokken (stand van {date}). Of dit is geschorst, houdt de uitgever niet bij.",
        "Not revoked (as known on {date}). The issuer does not keep whether it was suspended.";
    /// Status: not suspended, and the issuer does not revoke it.
    StatusNotSuspended = "STA-006",
        "Niet geschorst (stand van {date}). Of dit is ingetrokken, houdt de uitgever niet bij.",
        "Not suspended (as known on {date}). The issuer does not keep whether it was revoked.";
    /// Status: the issuer keeps no list.
    StatusNotKept = "STA-002",
        "De uitgever houdt voor dit bewijs niet bij of het is ingetrokken.",
        "For this credential the issuer does not keep whether it was revoked.";
    /// Status: suspended.
    Suspended = "STA-003",
        "Tijdelijk geschorst door {issuer} (stand van {date}). Nu niet geldig.",
        "Suspended for the time being by {issuer} (as known on {date}). Not valid now.";
    /// Status: revoked.
    Revoked = "VER-003",
        "Ingetrokken door {issuer} (stand van {date}).",
        "Revoked by {issuer} (as known on {date}).";
    /// Status: its issuer is not in the register, and was not asked.
    StatusNotAsked = "STA-004",
        "Niet nagevraagd of dit is ingetrokken: de uitgever staat niet in het register, en zou zien dat iemand controleert.",
        "Whether it was revoked was not asked: the issuer is not in the register, and would see that somebody checks.";
    /// Status: an old list.
    StatusLastKnown = "VER-004",
        "Intrekking niet te controleren; laatst bekend: {status} op {date}.",
        "Revocation cannot be checked; last known: {status} on {date}.";
    /// Status: no list.
    StatusUnreachable = "VER-004",
        "Intrekking niet te controleren: de lijst van de uitgever is niet bereikbaar. Probeer het later opnieuw.",
        "Revocation cannot be checked: the issuer's list cannot be reached. Try again later.";
    /// Status: some of it may have been left out.
    StatusMayBeHidden = "VER-004",
        "Intrekking niet te controleren: er is iets weggelaten dat daarover kan gaan. Vraag om het hele bewijs.",
        "Revocation cannot be checked: something was left out that may be about it. Ask for the whole credential.";
    /// Status: a list from the future.
    StatusFromFuture = "VER-004",
        "Intrekking niet te controleren: de lijst van de uitgever draagt een datum die nog moet komen. De klok van de uitgever of van dit apparaat loopt niet goed.",
        "Revocation cannot be checked: the issuer's list bears a date that has yet to come. The clock of the issuer or of this device is wrong.";
    /// Status: a list that is not the issuer's, or not for this credential.
    StatusListNotIssuers = "VER-004",
        "Intrekking niet te controleren: de lijst is niet van de uitgever of hoort niet bij dit bewijs.",
        "Revocation cannot be checked: the list is not the issuer's or does not belong to this credential.";
    /// Status: a value of the issuer's own.
    StatusValueUnknown = "VER-004",
        "Intrekking niet te controleren: de lijst van de uitgever zegt over dit bewijs iets dat wij niet kennen.",
        "Revocation cannot be checked: the issuer's list says something about this credential that we do not know.";

    /// Verdict: active then and now, in scope.
    Accredited = "ACC-001",
        "Uitgegeven door een deelnemende instelling; nog steeds actief.",
        "Issued by a participating institution; still active.";
    /// Verdict: all holds, by lists from before.
    AccreditedAsKnown = "ACC-001",
        "Uitgegeven door een deelnemende instelling; actief en niet ingetrokken, zoals bekend op {date}. Wat daarna is veranderd, is nu niet te zien.",
        "Issued by a participating institution; active and not revoked, as known on {date}. What changed since cannot be seen now.";
    /// Verdict: active at a proven time, not active now.
    ValidWhenIssued = "ACC-002",
        "Geldig bij uitgifte. De instelling doet sinds {date} niet meer mee.",
        "Valid when issued. The institution has not taken part since {date}.";
    /// Accredited at issuance: not active then.
    NotAccreditedThen = "ACC-003",
        "De instelling mocht dit op {date} niet uitgeven.",
        "The institution was not allowed to issue this on {date}.";
    /// Accredited at issuance: withdrawn for that moment as well.
    WithdrawnRetroactively = "ACC-004",
        "De toelating is met terugwerkende kracht ingetrokken.",
        "The admission was withdrawn retroactively.";
    /// Scope: outside it.
    OutOfScope = "ACC-005",
        "Buiten de toelating van de instelling: {what}.",
        "Outside the institution's admission: {what}.";
    /// Accreditation: issuer unknown to the register.
    UnknownIssuer = "ACC-006",
        "Deze uitgever staat niet in het register. Dat zegt niets over de kwaliteit.",
        "This issuer is not in the register. That says nothing about quality.";
    /// Accreditation: an old list was used.
    RegisterStale = "ACC-007",
        "Register niet te raadplegen; stand van {date} gebruikt.",
        "Register unavailable; state of {date} used.";
    /// Accreditation: there is no list to use.
    RegisterUnavailable = "ACC-007",
        "Register niet te raadplegen. Of de instelling mocht uitgeven, is nu niet te bepalen. Probeer het later opnieuw.",
        "Register unavailable. Whether the institution was allowed to issue cannot be told now. Try again later.";
    /// Accreditation: what came is forged, damaged, or older than a list seen before.
    RegisterNotBelieved = "ACC-007",
        "Wat het register antwoordde, is niet te vertrouwen: het is niet goed ondertekend, of ouder dan een eerder antwoord. Of de instelling mocht uitgeven, is nu niet te bepalen.",
        "What the register answered cannot be relied on: it is not signed well, or older than an earlier answer. Whether the institution was allowed to issue cannot be told now.";
    /// Accreditation: the issue date is the issuer's own word, and the issuer is not active now.
    IssueDateUnproven = "ACC-008",
        "De instelling doet nu niet mee, en niemand anders bevestigt de datum van uitgifte.",
        "The institution does not take part now, and nobody else confirms the issue date.";
    /// Accredited at issuance: it was.
    AccreditedThen = "ACC-011",
        "Deelnemer kwaliteitskader op {date}, de datum die de uitgever opgeeft.",
        "Participant in the quality framework on {date}, the date the issuer gives.";
    /// Accredited at issuance: it was, at a time that the register confirms.
    AccreditedThenProven = "ACC-014",
        "Deelnemer kwaliteitskader op {date}. Het register bevestigt dat op {received} vaststond dat dit werd toegekend.",
        "Participant in the quality framework on {date}. The register confirms that the award had been decided by {received}.";
    /// Accredited now: it is.
    AccreditedNow = "ACC-012",
        "Deelnemer kwaliteitskader op dit moment.",
        "Participant in the quality framework at this moment.";
    /// Accredited now: it is not, since a date.
    NotAccreditedNowSince = "ACC-013",
        "De instelling doet sinds {date} niet mee. Reden: {what}",
        "The institution has not taken part since {date}. Reason: {what}";
    /// Accredited now: it is not.
    NotAccreditedNow = "ACC-013",
        "De instelling doet nu niet mee.",
        "The institution does not take part now.";

    /// Scope: inside it.
    InScope = "SCP-001",
        "Niveau, omvang en soort vallen binnen de toelating van de instelling.",
        "Level, size and type lie within the institution's admission.";
    /// Scope: the credential does not say enough to compare.
    ScopeUnstated = "SCP-002",
        "Het bewijs noemt geen {what}. Of de instelling dit mocht uitgeven, is dan niet te bepalen.",
        "The credential states no {what}. Whether the institution was allowed to issue this cannot be told then.";

    /// Institution: judged positively, then and now.
    InstitutionPositive = "QUA-001",
        "Het oordeel over de instelling zelf is positief, toen en nu.",
        "The institution itself was judged positively, then and now.";
    /// Institution: judged negatively.
    InstitutionNegative = "QUA-002",
        "Het oordeel over de instelling zelf is negatief.",
        "The institution itself was judged negatively.";
    /// Institution: a positive judgement that ended.
    InstitutionEnded = "QUA-003",
        "Het positieve oordeel over de instelling zelf gold tot en met {date}.",
        "The institution itself was judged positively until {date}.";
    /// Institution: nothing known.
    InstitutionUnknown = "QUA-004",
        "Over de instelling zelf is hier geen oordeel bekend. Dat zegt niets over de kwaliteit.",
        "No judgement about the institution itself is known here. That says nothing about quality.";
    /// Institution: judged positively now, unknown then.
    InstitutionPositiveNow = "QUA-005",
        "Het oordeel over de instelling zelf is nu positief. Hoe het bij de uitgifte was, is hier niet bekend.",
        "The institution itself is judged positively now. How it was at issuance is not known here.";

    /// Institution: judged negatively at issuance, or the judgement had ended by then.
    InstitutionNotPositiveThen = "QUA-006",
        "Bij de uitgifte was het oordeel over de instelling zelf negatief of verlopen.",
        "At issuance the judgement about the institution itself was negative, or had ended.";

    /// Any axis that comes out differently by a better clock.
    ClockOff = "CLK-001",
        "De klok van dit apparaat loopt {age} {way}. Daardoor is dit niet te bepalen. Zet de klok goed en controleer opnieuw.",
        "The clock of this device is {age} {way}. So this cannot be told. Set the clock right and check again.";
    /// Notice: the clock is off, and nothing depends on it.
    ClockOffHarmless = "CLK-002",
        "De klok van dit apparaat loopt {age} {way}. Voor deze uitkomst maakt dat niet uit, maar zet hem goed.",
        "The clock of this device is {age} {way}. It makes no difference to this result, but set it right.";

    /// Notice: no legal status.
    NoLegalStatus = "INF-001",
        "Een microcredential heeft (nog) geen wettelijke status.",
        "A microcredential has no legal status (yet).";
    /// Notice: credits are an indication.
    SizeIsIndication = "INF-002",
        "Omvang in EC is een indicatie; er zijn geen EC toegekend.",
        "The ECTS size is an indication; no ECTS were awarded.";
    /// Notice: the level is the issuer's view.
    LevelByIssuer = "INF-003",
        "Het niveau is een aanduiding van de uitgever zelf.",
        "The level is the issuer's own indication.";
    /// Notice: the issue date is the issuer's word.
    IssueDateClaimed = "INF-004",
        "De uitgiftedatum is opgegeven door de uitgever, niet bevestigd door een derde.",
        "The issue date is given by the issuer, not confirmed by a third party.";
    /// Notice: a receipt proves when it was decided.
    IssueDateProven = "INF-006",
        "Het register bevestigt dat deze toekenning op {date} vaststond.",
        "The register confirms that this award was decided by {date}.";
    /// Notice: receipts could not be read.
    ReceiptsUnreachable = "INF-007",
        "Of het register de uitgiftedatum bevestigt, is nu niet na te gaan. Probeer het later opnieuw.",
        "Whether the register confirms the issue date cannot be looked up now. Try again later.";
    /// Notice: what should be receipts is not.
    ReceiptsInconsistent = "INF-008",
        "Wat er over de uitgiftedatum in het register staat, klopt niet met elkaar. De datum geldt als niet bevestigd.",
        "What the register holds about the issue date contradicts itself. The date counts as not confirmed.";
    /// Notice: nothing proves that it was issued before the issuer stopped for a while.
    InterruptedSince = "INF-009",
        "De instelling deed van {date} tot {until} niet mee. Dat dit daarvoor is uitgegeven, zegt alleen de uitgever zelf.",
        "The institution did not take part from {date} until {until}. That this was issued before is the issuer's word alone.";
    /// Notice: one of several registers could not be asked.
    OtherRegisterUnread = "INF-010",
        "Een van de registers die deze controle vertrouwt, was niet te raadplegen ({what}).",
        "One of the registers that this check trusts could not be consulted ({what}).";
    /// Notice: several registers list the issuer, and come to different verdicts.
    RegistersDiffer = "INF-011",
        "Meer registers kennen deze instelling en zeggen niet hetzelfde. Het strengste oordeel telt, dat van {what}.",
        "More than one register lists this institution, and they do not say the same. The strictest counts, that of {what}.";
    /// Notice: checked without a connection.
    CheckedOffline = "INF-012",
        "Zonder verbinding gecontroleerd, zoals bekend op {date}. Wat er sindsdien is veranderd, weten wij niet.",
        "Checked without a connection, as known on {date}. What has changed since is not known.";
    /// Notice: a list of known issuers has the issuer.
    ListedElsewhere = "INF-013",
        "De uitgever staat op de lijst van {what}. Dat is geen toelating: of hij microcredentials mag uitgeven, zegt alleen het register.",
        "The issuer is on the list of {what}. That is no admission: whether it may issue microcredentials, only the register says.";
    /// Notice: a list of known issuers has the issuer that a credential names, which nobody confirmed.
    ListedElsewhereUnconfirmed = "INF-014",
        "De uitgever die dit bewijs noemt, staat op de lijst van {what}. Dat is geen toelating, en of dit bewijs echt van die uitgever is, is niet nagegaan.",
        "The issuer that this credential names is on the list of {what}. That is no admission, and whether this credential really comes from that issuer was not checked.";
    /// Notice: a list of known issuers was not read.
    KnownListUnread = "INF-015",
        "De lijst van {what} was niet te lezen. Of de uitgever erop staat, weten wij niet; voor het oordeel maakt dat niet uit.",
        "The list of {what} could not be read. Whether the issuer is on it is not known; the verdict does not depend on it.";
    /// Notice: the issuer says of itself to be accredited.
    AccreditedByOwnWord = "INF-016",
        "De uitgever zegt van zichzelf dat hij is erkend door {what}. Dat is hier niet nagegaan.",
        "The issuer says of itself that it is accredited by {what}. That was not checked here.";
    /// Notice: clocks differ a little.
    ClockTolerance = "INF-005",
        "Klokken mogen 5 minuten verschillen; daarvan is hier gebruikgemaakt.",
        "Clocks may differ by 5 minutes; that was made use of here.";

    /// Input: nothing there.
    InputEmpty = "INP-001",
        "Er is niets om te controleren. Scan een QR-code of plak een bewijs.",
        "There is nothing to check. Scan a QR code or paste a credential.";
    /// Input: too large.
    InputTooLarge = "INP-002",
        "Dit is te groot voor een bewijs. Kies het bestand met het bewijs zelf.",
        "This is too large for a credential. Choose the file with the credential itself.";
    /// Input: a damaged QR code.
    InputQrDamaged = "INP-003",
        "De QR-code is niet goed gelezen. Scan hem nog een keer, dichterbij of met meer licht.",
        "The QR code was not read well. Scan it again, closer or with more light.";
    /// Input: a QR code of a later version.
    InputQrTooNew = "INP-004",
        "Deze QR-code is gemaakt met een nieuwere versie. Ververs deze pagina en probeer het opnieuw.",
        "This QR code was made by a newer version. Reload this page and try again.";
    /// Input: an offer.
    InputOffer = "INP-005",
        "Dit is een uitnodiging om een bewijs op te halen, geen bewijs. Open die in een wallet.",
        "This is an invitation to collect a credential, not a credential. Open it in a wallet.";
    /// Input: JSON without a proof.
    InputNotACredential = "INP-006",
        "Dit is geen ondertekend bewijs. Vraag om het bewijs zelf, uit de wallet of als bestand.",
        "This is not a signed credential. Ask for the credential itself, from the wallet or as a file.";
    /// Input: a presentation with more than one credential.
    InputSeveral = "INP-018",
        "Hier zitten meer bewijzen in. Vraag om ze één voor één te laten zien.",
        "There is more than one credential in this. Ask to show them one by one.";
    /// Input: a presentation that cannot be read.
    InputPresentationBroken = "INP-019",
        "Dit bewijs zit in een verpakking die niet goed is opgebouwd. Vraag om het opnieuw te delen.",
        "This credential comes in a wrapping that is not built correctly. Ask to share it again.";
    /// Input: the code of a verifier.
    InputChallenge = "INP-011",
        "Dit is de code van een controleur, geen bewijs. Scan die in de wallet, bij “Laat zien”.",
        "This is the code of a verifier, not a credential. Scan it in the wallet, at “Show”.";
    /// Input: a link that has to be opened first.
    InputLink = "INP-008",
        "Dit is een link naar een gedeeld bewijs. Open hem op de controlepagina, dan wordt het bewijs opgehaald.",
        "This is a link to a shared credential. Open it on the verifier page, which then fetches the credential.";
    /// Input: a part of a link.
    InputLinkIncomplete = "INP-009",
        "Deze link is niet compleet. Kopieer hem helemaal, ook het stuk na het hekje (#).",
        "This link is not complete. Copy all of it, including the part after the hash sign (#).";
    /// Input: a link with another key.
    InputLinkWrongKey = "INP-010",
        "De sleutel in deze link klopt niet. Waarschijnlijk is een teken weggevallen of veranderd. Vraag om de link opnieuw te sturen.",
        "The key in this link is not right. Probably a character was lost or changed. Ask to send the link again.";
    /// Input: another share than the link's.
    InputShareChanged = "INP-017",
        "Wat achter deze link staat, is beschadigd of vervangen. Gebruik het niet, en vraag om een nieuwe link.",
        "What is behind this link was damaged or replaced. Do not use it, and ask for a new link.";
    /// Input: a link that was withdrawn.
    InputLinkWithdrawn = "INP-012",
        "Deze link is ingetrokken door degene die hem stuurde. Wil je het bewijs toch zien? Vraag om een nieuwe link.",
        "This link was withdrawn by the person who sent it. Do you still want to see the credential? Ask for a new link.";
    /// Input: a link that has ended.
    InputLinkEnded = "INP-013",
        "Deze link werkt niet meer: zijn einddatum is voorbij. De microcredential zelf kan nog geldig zijn. Vraag om een nieuwe link.",
        "This link no longer works: its end date has passed. The microcredential itself may still be valid. Ask for a new link.";
    /// Input: a link that was opened often enough.
    InputLinkUsedUp = "INP-014",
        "Deze link is al zo vaak geopend als mocht. Vraag om een nieuwe link.",
        "This link was opened as often as was allowed. Ask for a new link.";
    /// Input: a link that nobody knows.
    InputLinkUnknown = "INP-015",
        "Deze link bestaat niet. Kijk of je hem helemaal hebt gekopieerd, of vraag om een nieuwe.",
        "This link does not exist. See whether you copied all of it, or ask for a new one.";
    /// Input: a link whose store is silent.
    InputLinkNoAnswer = "INP-016",
        "De server van deze link antwoordt niet. Controleer je verbinding en probeer het over een minuut opnieuw.",
        "The server of this link does not answer. Check your connection and try again in a minute.";
    /// Input: nothing known.
    InputUnknown = "INP-007",
        "Dit herkennen wij niet als bewijs. Plak het hele bewijs, of scan de QR-code uit een wallet.",
        "We do not recognise this as a credential. Paste all of it, or scan the QR code from a wallet.";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// What goes into a `{blank}`.
#[derive(Clone, Debug)]
pub enum Blank {
    /// The same in both languages.
    Same(String),
    /// Different in each.
    Text(Text),
    /// A date, written out.
    Date(DateTime<Utc>),
    /// A date and the time of day.
    Moment(DateTime<Utc>),
}

/// The message of a code, with its blanks filled.
pub fn message(code: Code, blanks: &[(&str, Blank)]) -> Message {
    let fill = |language: Language| {
        blanks
            .iter()
            .fold(code.template(language).to_owned(), |text, (name, blank)| {
                let value = match blank {
                    Blank::Same(value) => value.clone(),
                    Blank::Text(text) => text.in_language(language).map_or("", |(_, text)| text).to_owned(),
                    Blank::Date(date) => written_out(*date, language),
                    Blank::Moment(moment) => {
                        let at = match language {
                            Language::Nl => "om",
                            Language::En => "at",
                        };
                        let time = dutch_time(*moment).format("%H:%M");
                        format!("{} {at} {time}", written_out(*moment, language))
                    }
                };
                text.replace(&format!("{{{name}}}"), &value)
            })
    };
    Message {
        code,
        nl: fill(Language::Nl),
        en: fill(Language::En),
    }
}

/// Every line as data, for pages that show or list them: `[{"code": "VER-001", "nl": "…", "en": "…"}]`.
pub fn table() -> Vec<Message> {
    Code::ALL.iter().map(|code| message(*code, &[])).collect()
}

/// The day in the Netherlands, written out: `3 maart 2026`.
fn written_out(moment: DateTime<Utc>, language: Language) -> String {
    language.date(dutch_day(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanks(template: &str) -> Vec<&str> {
        let mut found: Vec<_> = template
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_have_the_same_blanks_and_words() {
        for code in Code::ALL {
            let (nl, en) = (code.template(Language::Nl), code.template(Language::En));
            assert_eq!(blanks(nl), blanks(en), "{}", code.id());
            assert_ne!(nl, en, "{}", code.id());
        }
    }

    #[test]
    fn texts_never_call_a_microcredential_accredited() {
        for code in Code::ALL {
            let texts = [code.template(Language::Nl), code.template(Language::En)].map(str::to_lowercase);
            for word in ["accredited microcredential", "geaccrediteerde microcredential"] {
                assert!(!texts.iter().any(|text| text.contains(word)), "{}", code.id());
            }
        }
    }

    #[test]
    fn codes_are_shared_only_where_they_mean_the_same() {
        let mut seen = std::collections::BTreeMap::<_, u32>::new();
        for code in Code::ALL {
            *seen.entry(code.id()).or_default() += 1;
        }
        let shared: Vec<_> = seen
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(id, _)| id)
            .collect();
        assert_eq!(
            shared,
            ["ACC-001", "ACC-007", "ACC-013", "HLD-004", "VER-002", "VER-004"]
        );
    }

    #[test]
    fn dates_are_the_day_in_the_netherlands() {
        let day = |text: &str| {
            let moment = text.parse().unwrap();
            (
                written_out(moment, Language::Nl),
                written_out(moment, Language::En),
            )
        };
        assert_eq!(
            day("2026-09-13T22:30:00Z"),
            ("14 september 2026".into(), "14 September 2026".into())
        );
        assert_eq!(day("2026-03-02T22:30:00Z").0, "2 maart 2026");
        assert_eq!(day("2026-03-29T22:30:00Z").0, "30 maart 2026");
        assert_eq!(day("2026-10-25T22:30:00Z").0, "25 oktober 2026");
    }

    #[test]
    fn blanks_are_filled_in_both_languages() {
        let message = message(
            Code::OutOfScope,
            &[("what", Blank::Text(Text::new("niveau 7", "level 7")))],
        );
        assert_eq!(message.nl, "Buiten de toelating van de instelling: niveau 7.");
        assert_eq!(message.en, "Outside the institution's admission: level 7.");
    }
}
