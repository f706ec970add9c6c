//! Joins the checks.

use chrono::{DateTime, Duration, Utc};
use credentials::{Did, open_badges::Facts};
use proofs::did::LookupError;
use serde_json::json;
use trust::Interruption;

use crate::{
    Input, Need, NeedKind, Resources, Settings, VerificationReport,
    axes::{accreditation, holder, issuer_key, quality, signature, status, structure, validity},
    check::{Check, Register},
    clock::{self, Clock},
    document::{Document, Signature, Unreadable},
    elsewhere,
    issuance_time::{self, IssuanceTime},
    issuer,
    messages::{Blank, Code, Message, message},
    registers,
    report::{
        Axis, AxisReport, Colour, CredentialView, FrameworkView, IssuanceTimeView, IssuerView, LevelView,
        LinkView, Outcome, SharedView, SizeView, Verdict,
    },
};

/// Answers fetched this long ago or less are of now.
const JUST_NOW: Duration = Duration::minutes(10);

/// What still has to be fetched before [`verify`] can say all it could say.
///
/// Fetch, add the answers to `resources` (also that there was none), ask again; an empty answer means that
/// nothing more would help. An address that only the credential names is asked for after its signature was
/// found right, and every address is https or at a listed loopback origin; callers still guard against
/// addresses inside their own network. An issuer that the register does not list is asked for nothing unless the
/// settings say so.
pub fn needs(input: &Input, resources: &Resources, settings: &Settings) -> Vec<Need> {
    // What to fetch does not depend on the moment of the check; the register's own answer tells the time.
    let fetched_at = |url: &str| resources.body(url).map(|fetched| fetched.fetched_at);
    let each = registers::each(settings);
    let checks: Vec<_> = each
        .iter()
        .map(|settings| {
            let fetched = fetched_at(&settings.register_url).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
            let check = Check::new(resources, settings, fetched);
            check.by_other_clock().unwrap_or(check)
        })
        .collect();
    let missing = checks
        .iter()
        .filter(|check| matches!(check.register, Register::NotFetched));
    let lists: Vec<_> = missing
        .map(|check| Need {
            url: check.settings.register_url.clone(),
            accept: "application/mc-register+jwt, application/jwt;q=0.9, text/plain;q=0.5",
            kind: NeedKind::Register,
        })
        .collect();
    let document = Document::read(input).ok();
    let is_named = document
        .as_ref()
        .is_some_and(|document| document.issuer().is_some());
    let known = is_named.then(|| elsewhere::needs(resources, settings));
    let lists: Vec<_> = lists.into_iter().chain(known.into_iter().flatten()).collect();
    if !lists.is_empty() {
        return lists;
    }
    let Some(document) = document else {
        return Vec::new();
    };
    // A register that can be read and does not list an issuer is enough to leave it alone, whatever another one does.
    let is_stranger = |issuer: &Did| {
        checks.iter().all(|check| check.list_with(issuer).is_none())
            && checks.iter().any(|check| check.leaves_alone(issuer))
    };
    if document.issuer().is_some_and(|issuer| is_stranger(&issuer)) {
        return Vec::new();
    }
    let mut needs: Vec<Need> = Vec::new();
    for check in registers::speaking(&checks, document.issuer().as_ref()) {
        for need in needs_of(check, &document) {
            if needs.iter().all(|other| other.url != need.url) {
                needs.push(need);
            }
        }
    }
    needs
}

/// What is missing to judge by one register.
fn needs_of(check: &Check<'_>, document: &Document) -> Vec<Need> {
    let need = |url: String, accept, kind| Need { url, accept, kind };
    let not_fetched = |url: &String| check.resources.get(url).is_none();
    match document.verify(check) {
        Signature::NoKey(LookupError::Unresolved { did, .. }) if Some(&did) == document.issuer().as_ref() => {
            check.document_need(&did).into_iter().collect()
        }
        Signature::Sound if is_confirmed(&key_axis(check, document)) => {
            let lists = status::lists(check, document)
                .into_iter()
                .filter(|(url, _)| not_fetched(url))
                .map(|(url, accept)| need(url, accept, NeedKind::Status));
            let receipts = issuance_time::needs(check, document)
                .into_iter()
                .map(|url| need(url, "application/json, text/plain;q=0.9", NeedKind::Receipts));
            lists.chain(receipts).collect()
        }
        _ => Vec::new(),
    }
}

fn key_axis(check: &Check<'_>, document: &Document) -> AxisReport {
    let signature = Signature::Sound;
    let time = issuance_time::check(check, document, &signature);
    issuer_key::check(check, document, &signature, &time)
}

/// Checks `input` at the moment `at` with what was fetched.
///
/// Every axis is always in the report. What rests on the signature is not looked at while that is not right:
/// a forgery that names an honest institution must not borrow its good standing.
pub fn verify(
    input: &Input,
    resources: &Resources,
    settings: &Settings,
    at: DateTime<Utc>,
) -> VerificationReport {
    let each = registers::each(settings);
    let mut checks: Vec<_> = each
        .iter()
        .map(|settings| Check::new(resources, settings, at))
        .collect();
    // What one register signed tells the time for all of them.
    if let Some(signed_at) = checks.iter().filter_map(Check::signed_later).max() {
        checks.iter_mut().for_each(|check| check.knows_time(signed_at));
    }
    let document = Document::read(input);
    let issuer = document.as_ref().ok().and_then(Document::issuer);
    let reports = registers::speaking(&checks, issuer.as_ref())
        .into_iter()
        .map(|check| (check, verify_by(check, input, &document)))
        .collect();
    let mut report = registers::joined(&checks, reports, issuer.as_ref())
        .unwrap_or_else(|| verify_by(&Check::new(resources, settings, at), input, &document));
    elsewhere::add_to(&mut report, issuer.as_ref(), resources, settings);
    report.link = match input {
        Input::Shared(shared) => Some(SharedView::of(&shared.share)),
        Input::SdJwt(_) | Input::Jwt(_) | Input::DataIntegrity(_) | Input::Presented(_) => None,
    };
    report
}

/// The report by one register.
fn verify_by(
    check: &Check<'_>,
    input: &Input,
    document: &Result<Document, Unreadable>,
) -> VerificationReport {
    let made = |check: &Check<'_>| match document {
        Ok(document) => verify_document(check, document),
        Err(unreadable) => report(check, unreadable_axes(input, unreadable), Said::default()),
    };
    let mut report = made(check);
    if let (Clock::Off(ahead), Some(other)) = (check.clock, check.by_other_clock()) {
        let by_other = made(&other);
        report.steps_aside &= by_other.steps_aside;
        report.axes = clock::agreed(ahead, report.axes, &by_other.axes);
        report.notices.extend(clock::notice(ahead, &report.axes));
        report.verdict = verdict(check.settings, &report.axes, report.as_known_on);
    }
    report
}

/// What a credential says, for pages that show it without judging it.
pub fn content(input: &Input) -> Option<CredentialView> {
    let document = Document::read(input).ok()?;
    let facts = document.facts.as_ref().ok()?;
    Some(view(&document, facts))
}

/// The verdict; a good one that rests on lists from before says of when they are.
fn verdict(settings: &Settings, axes: &[AxisReport], as_known_on: Option<DateTime<Utc>>) -> Verdict {
    let verdict = settings.policy.decide(axes);
    match (verdict.colour, as_known_on) {
        (Colour::Green, Some(date)) => Verdict {
            message: message(Code::AccreditedAsKnown, &[("date", Blank::Moment(date))]),
            ..verdict
        },
        _ => verdict,
    }
}

fn verify_document(check: &Check<'_>, document: &Document) -> VerificationReport {
    let verified = document.verify(check);
    let time = issuance_time::check(check, document, &verified);
    let issuer_key = issuer_key::check(check, document, &verified, &time);
    let confirmed = matches!(verified, Signature::Sound) && is_confirmed(&issuer_key);
    let issuer_key_passed = issuer_key.outcome == Outcome::Passed;
    let mut axes = vec![
        structure::check(document, &verified),
        signature::check(check, document, &verified),
        issuer_key,
        holder::check(check, document),
        validity::check(check, document),
    ];
    let mut chain = None;
    let mut interruption = None;
    let mut judged_at = None;
    match (document.issuer(), document.facts.as_ref().ok(), confirmed) {
        (Some(issuer), Some(facts), true) => {
            axes.push(status::check(check, document));
            let accreditation = accreditation::check(check, &issuer, facts, &time);
            axes.extend(accreditation.axes);
            chain = accreditation.chain;
            interruption = accreditation.interruption;
            judged_at = accreditation.judged_at;
            axes.push(quality::check(check, &issuer, facts.awarded_on));
        }
        (issuer, _, _) => {
            axes.push(if confirmed {
                status::check(check, document)
            } else {
                not_checked(Axis::Status)
            });
            let stranger = issuer.as_ref().filter(|issuer| check.leaves_alone(issuer));
            axes.extend(match (&verified, check.list()) {
                // The key is missing because the register is, and that is worth saying.
                (Signature::NoKey(_), None) => accreditation::unavailable(check),
                // So it is when nobody was asked for the key.
                (Signature::NoKey(_), Some(list)) if let Some(issuer) = stranger => {
                    accreditation::unlisted(check, list, issuer)
                }
                _ => accreditation::AXES.map(|axis| unaccredited(axis, confirmed, issuer.as_ref())),
            });
            axes.push(unaccredited(Axis::InstitutionQuality, confirmed, issuer.as_ref()));
        }
    }
    let facts = document.facts.as_ref().ok();
    let notices = facts
        .map(|facts| notices(check, document, facts, &time, interruption))
        .unwrap_or_default();
    let steps_aside = issuer_key_passed
        && chain
            .as_ref()
            .is_some_and(|chain| !chain.in_scope && !chain.is_concerned);
    let chain = chain
        .map(|chain| chain.links)
        .unwrap_or_default()
        .into_iter()
        .map(|link| LinkView {
            role: link.role,
            did: link.did,
            name: link.name,
            at_issuance: link.at_issuance,
            now: link.now,
            in_scope: link.in_scope,
        })
        .collect();
    let credential = facts.map(|facts| {
        let registered = document.issuer().filter(|_| confirmed);
        CredentialView {
            issuer: IssuerView {
                accreditations: elsewhere::claimed(document.credential.get("issuer")),
                ..issuer::view(facts, check.list().zip(registered))
            },
            ..view(document, facts)
        }
    });
    let said = Said {
        credential,
        chain,
        issuance_time: IssuanceTimeView {
            used: judged_at.or(time.used()),
            ..time.view()
        },
        notices,
        steps_aside,
    };
    report(check, axes, said)
}

/// What the report holds beside its axes.
#[derive(Default)]
struct Said {
    credential: Option<CredentialView>,
    chain: Vec<LinkView>,
    issuance_time: IssuanceTimeView,
    notices: Vec<Message>,
    steps_aside: bool,
}

/// Whether the key is the issuer's own, also when it did not count then.
fn is_confirmed(issuer_key: &AxisReport) -> bool {
    matches!(
        issuer_key.code(),
        Code::KeySound | Code::KeyByIssuerAlone | Code::KeyOutsideWindow
    )
}

fn not_checked(axis: Axis) -> AxisReport {
    AxisReport::new(axis, Outcome::NotApplicable, Code::NotChecked)
}

/// The axes about the issuer when there is nothing to ask the register: another kind of credential, or no
/// confirmed signature.
fn unaccredited(axis: Axis, confirmed: bool, issuer: Option<&Did>) -> AxisReport {
    if confirmed {
        AxisReport::new(axis, Outcome::NotApplicable, Code::OtherKind)
            .with_evidence(json!({ "issuer": issuer }))
    } else {
        not_checked(axis)
    }
}

fn unreadable_axes(input: &Input, unreadable: &Unreadable) -> Vec<AxisReport> {
    let form = if input.is_plain_jwt() { "JWT" } else { "SD-JWT" };
    Axis::ALL
        .into_iter()
        .map(|axis| match (axis, unreadable) {
            (Axis::Structure, Unreadable::Broken(detail) | Unreadable::Tampered(detail)) => {
                let what = [("what", Blank::Same(form.to_owned()))];
                AxisReport::filled(axis, Outcome::Failed, Code::StructureBroken, &what)
                    .with_evidence(json!({ "detail": detail }))
            }
            (Axis::Signature, Unreadable::Tampered(what)) => {
                AxisReport::new(axis, Outcome::Failed, Code::SignatureWrong)
                    .with_evidence(json!({ "detail": what }))
            }
            (Axis::Signature, Unreadable::Unsupported(what)) => {
                AxisReport::new(axis, Outcome::Inconclusive, Code::SignatureUnknown)
                    .with_evidence(json!({ "detail": what }))
            }
            (axis, _) => not_checked(axis),
        })
        .collect()
}

fn report(check: &Check<'_>, axes: Vec<AxisReport>, said: Said) -> VerificationReport {
    let Said {
        credential,
        chain,
        issuance_time,
        notices,
        steps_aside,
    } = said;
    let registers = check.settings.register_urls();
    // Of when a list of known issuers is, turns nothing either.
    let beside = elsewhere::lists(check.settings).map(|list| list.url.clone());
    let lasting = registers.into_iter().map(issuance_time::lasting);
    let lasting: Vec<_> = lasting.chain(beside).collect();
    let fetched = check.resources.oldest(&lasting);
    let as_known_on = if check.settings.offline {
        // When something was fetched is the word of whoever kept it; lists say themselves of when they are.
        let register = check.list().map(|list| list.list().issued_at);
        let lists = axes.iter().filter_map(|axis| axis.as_of);
        let signed = lists.chain(register).min();
        fetched.map(|fetched| signed.map_or(fetched, |signed| fetched.min(signed)))
    } else {
        fetched.filter(|fetched| check.at - *fetched > JUST_NOW)
    };
    let offline = as_known_on.filter(|_| check.settings.offline);
    let offline = offline.map(|date| message(Code::CheckedOffline, &[("date", Blank::Moment(date))]));
    let notices = notices.into_iter().chain(offline).collect();
    VerificationReport {
        verdict: verdict(check.settings, &axes, as_known_on),
        checked_at: check.at,
        as_known_on,
        policy: check.settings.policy,
        axes,
        credential,
        chain,
        issuance_time,
        notices,
        register: check.register_view(),
        registers: Vec::new(),
        listed_elsewhere: Vec::new(),
        steps_aside,
        link: None,
    }
}

fn notices(
    check: &Check<'_>,
    document: &Document,
    facts: &Facts,
    time: &IssuanceTime,
    interruption: Option<Interruption>,
) -> Vec<Message> {
    let ahead = |moment: DateTime<Utc>| moment > check.at;
    let binding = holder::binding(document);
    let used_tolerance =
        binding.is_some_and(|binding| ahead(binding.issued_at)) || document.awarded_from().is_some_and(ahead);
    let dated = |name: &'static str, date: Option<DateTime<Utc>>| date.map(|date| (name, Blank::Date(date)));
    let proven: Vec<_> = dated("date", time.proven()).into_iter().collect();
    let spell: Vec<_> = [
        dated("date", interruption.map(|spell| spell.from)),
        dated("until", interruption.map(|spell| spell.until)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let codes = [
        (Code::NoLegalStatus, true),
        (
            Code::SizeIsIndication,
            facts.size.as_ref().is_some_and(|size| size.ec.is_some()),
        ),
        (Code::LevelByIssuer, facts.level.is_some()),
        (time.notice(), true),
        (Code::InterruptedSince, interruption.is_some()),
        (Code::ClockTolerance, used_tolerance),
    ];
    codes
        .into_iter()
        .filter(|(_, applies)| *applies)
        .map(|(code, _)| match code {
            Code::InterruptedSince => message(code, &spell),
            _ => message(code, &proven),
        })
        .collect()
}

fn view(document: &Document, facts: &Facts) -> CredentialView {
    let issuer = IssuerView {
        accreditations: elsewhere::claimed(document.credential.get("issuer")),
        ..issuer::view(facts, None)
    };
    let facts = facts.clone();
    CredentialView {
        id: facts.id,
        format: document.format(),
        title: facts.title,
        issuer,
        achievement: facts.achievement,
        awarded_on: facts.awarded_on,
        valid_until: facts.valid_until,
        level: facts.level.map(|level| LevelView {
            eqf: level.eqf,
            nlqf: level.nlqf,
            basis: level.basis,
        }),
        size: facts.size.map(|size| SizeView {
            ec: size.ec,
            hours: size.hours,
            sbu: size.sbu,
            basis: size.basis,
        }),
        framework: facts.framework.map(|framework| FrameworkView {
            id: framework.id,
            version: framework.version,
            name: framework.name,
        }),
        holder_name: facts.holder_name,
        outcomes: facts.outcomes,
        assessment: facts.assessment,
        result: facts.result,
        scale: facts.scale,
        hidden: document.hidden_groups(),
    }
}
