//! How much may be said of what somebody may award.

use http_service::FieldError;
use trust::Scope;

/// What is wrong with the size of limits, if anything: every keeper reads them with each proposal that waits.
pub(crate) fn scope_fault(scope: &Scope) -> Option<FieldError> {
    let is_bounded = |values: &Option<Vec<String>>, most: usize, longest: usize| {
        values.as_ref().is_none_or(|values| {
            values.len() <= most && values.iter().all(|value| value.chars().count() <= longest)
        })
    };
    fn count<T>(values: &Option<Vec<T>>) -> usize {
        values.as_ref().map_or(0, Vec::len)
    }
    let is_small = count(&scope.sectors) <= 8
        && count(&scope.eqf) <= 8
        && count(&scope.sizes) <= 16
        && is_bounded(&scope.jurisdictions, 200, 16)
        && is_bounded(&scope.nlqf, 16, 16)
        && is_bounded(&scope.fields, 200, 16)
        && is_bounded(&scope.credential_types, 32, 100);
    let fault = FieldError::new(
        "/scope",
        "length",
        "The limits are too long: at most 200 fields or countries of 16 characters, 32 types of 100, 16 sizes, 16 levels and \
         8 sectors.",
        "De grenzen zijn te lang: hoogstens 200 vakgebieden of landen van 16 tekens, 32 soorten van 100, 16 maten, 16 niveaus \
         en 8 sectoren.",
    );
    (!is_small).then_some(fault)
}
