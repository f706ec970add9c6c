//! What the issuer is called.

use credentials::{Did, Text, open_badges::Facts};
use trust::{Entity, VerifiedList};

use crate::report::IssuerView;

/// Who issued it. An issuer may write any name into its credentials, so one that the register lists is called
/// what the register calls it, in the credential's words where these are one of its names.
pub(crate) fn view(facts: &Facts, registered: Option<(&VerifiedList, Did)>) -> IssuerView {
    let claimed = facts.issuer.clone();
    let as_claimed = |name: &Option<String>| Text {
        nl: name.clone(),
        en: name.clone(),
    };
    let entity = registered
        .as_ref()
        .and_then(|(list, issuer)| Some((list, list.entity(issuer)?)));
    let Some((list, entity)) = entity else {
        return IssuerView {
            did: claimed.id,
            display_name: as_claimed(&claimed.name),
            display_institution: as_claimed(&claimed.institution),
            name: claimed.name,
            institution: claimed.institution,
            institution_code: claimed.institution_code,
            accreditations: Vec::new(),
        };
    };
    let parent = entity.parent_entity.as_deref();
    let parent = parent.and_then(|parent| list.entity_by_id(parent));
    let code = parent.unwrap_or(entity).other_identifiers.iter();
    IssuerView {
        did: claimed.id,
        display_name: names_of(entity),
        display_institution: parent.map(names_of).unwrap_or_default(),
        name: name_of(entity, claimed.name),
        institution: parent.and_then(|parent| name_of(parent, claimed.institution)),
        institution_code: code
            .filter(|identifier| identifier.scheme == "BRIN")
            .map(|identifier| identifier.value.clone())
            .next()
            .or(claimed.institution_code),
        accreditations: Vec::new(),
    }
}

impl IssuerView {
    /// The institution, or else the issuer itself, in the reader's language where it has a name in it.
    pub(crate) fn called(&self) -> Text {
        let by_name = [&self.display_institution, &self.display_name];
        let named = by_name.into_iter().find(|name| !name.is_empty());
        named
            .cloned()
            .unwrap_or_else(|| Text::new(self.did.clone(), self.did.clone()))
    }
}

/// What the register calls an organisation in each language; the other language's name where it has one alone.
fn names_of(entity: &Entity) -> Text {
    let Text { nl, en } = entity.display_name.clone();
    let legal = entity.legal_name.clone();
    Text {
        nl: nl.clone().or_else(|| en.clone()).or_else(|| legal.clone()),
        en: en.or(nl).or(legal),
    }
}

/// What the register calls an organisation; the name it was given elsewhere, where that is one of these.
fn name_of(entity: &Entity, claimed: Option<String>) -> Option<String> {
    let Text { nl, en } = entity.display_name.clone();
    let is_known = |name: &String| [&nl, &en, &entity.legal_name].contains(&&Some(name.clone()));
    claimed
        .filter(is_known)
        .or(nl)
        .or(en)
        .or_else(|| entity.legal_name.clone())
}
