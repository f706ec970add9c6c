//! What an accreditation allows: its limits, and how one set of limits lies within another.

use credentials::{Text, award::Sector};
use serde::{Deserialize, Serialize};

/// The limits of an accreditation. A limit that is absent does not limit; an empty one allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Sectors of education.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sectors: Option<Vec<Sector>>,
    /// Countries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdictions: Option<Vec<String>>,
    /// European qualifications framework levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eqf: Option<Vec<u8>>,
    /// Levels of the Dutch framework, `1` to `8` and `4+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nlqf: Option<Vec<String>>,
    /// ISCED-F fields of education; a code allows every field that starts with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Sizes; one range has to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<SizeRange>>,
    /// Types of achievement, such as `MicroCredential`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_types: Option<Vec<String>>,
}

/// Sizes from `min` to `max` in steps of `step`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizeRange {
    /// What is counted.
    pub unit: SizeUnit,
    /// The smallest size.
    pub min: f64,
    /// The largest size.
    pub max: f64,
    /// Sizes lie a whole number of steps apart, counted from nought; absent for any size in the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
}

/// What a size counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SizeUnit {
    /// Study credits (ECTS).
    #[serde(rename = "EC")]
    Ec,
    /// Hours of study.
    #[serde(rename = "HOUR")]
    Hour,
    /// Study load hours as vocational education counts them.
    #[serde(rename = "SBU")]
    Sbu,
}

impl SizeRange {
    /// Whether the range can hold anything.
    pub(crate) fn is_sound(&self) -> bool {
        let step_is_sound = self.step.is_none_or(|step| step.is_finite() && step > 0.0);
        self.min.is_finite()
            && self.max.is_finite()
            && 0.0 <= self.min
            && self.min <= self.max
            && step_is_sound
    }

    /// Whether `value` lies in the range, on a step.
    pub fn contains(&self, value: f64) -> bool {
        let on_step = self.step.is_none_or(|step| {
            let steps = value / step;
            (steps - steps.round()).abs() < 1e-6
        });
        value.is_finite() && self.min <= value && value <= self.max && on_step
    }

    /// Whether every size in this range lies in `outer` too.
    fn lies_within(&self, outer: &Self) -> bool {
        let steps_fit = match (self.step, outer.step) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => (inner / outer - (inner / outer).round()).abs() < 1e-6,
        };
        self.unit == outer.unit && outer.min <= self.min && self.max <= outer.max && steps_fit
    }
}

impl Scope {
    /// The first limit of `outer` that this scope goes beyond.
    pub fn exceeds(&self, outer: &Self) -> Option<Dimension> {
        fn beyond<T>(
            inner: Option<&Vec<T>>,
            outer: Option<&Vec<T>>,
            within: impl Fn(&T, &T) -> bool,
        ) -> bool {
            match (inner, outer) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(inner), Some(outer)) => inner
                    .iter()
                    .any(|item| !outer.iter().any(|limit| within(item, limit))),
            }
        }
        [
            (
                Dimension::Sector,
                beyond(self.sectors.as_ref(), outer.sectors.as_ref(), PartialEq::eq),
            ),
            (
                Dimension::Country,
                beyond(
                    self.jurisdictions.as_ref(),
                    outer.jurisdictions.as_ref(),
                    PartialEq::eq,
                ),
            ),
            (
                Dimension::Level,
                beyond(self.eqf.as_ref(), outer.eqf.as_ref(), PartialEq::eq),
            ),
            (
                Dimension::Level,
                beyond(self.nlqf.as_ref(), outer.nlqf.as_ref(), PartialEq::eq),
            ),
            (
                Dimension::Field,
                beyond(self.fields.as_ref(), outer.fields.as_ref(), |a, b| {
                    a.starts_with(b.as_str())
                }),
            ),
            (
                Dimension::Size,
                beyond(self.sizes.as_ref(), outer.sizes.as_ref(), SizeRange::lies_within),
            ),
            (
                Dimension::Type,
                beyond(
                    self.credential_types.as_ref(),
                    outer.credential_types.as_ref(),
                    PartialEq::eq,
                ),
            ),
        ]
        .into_iter()
        .find_map(|(dimension, beyond)| beyond.then_some(dimension))
    }
}

/// One way in which an accreditation is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// The quality framework.
    Framework,
    /// The sector of education.
    Sector,
    /// The country.
    Country,
    /// The level.
    Level,
    /// The field of education.
    Field,
    /// The size.
    Size,
    /// The type of achievement.
    Type,
    /// From when until when.
    Window,
    /// How many may be admitted below.
    Depth,
}

impl Dimension {
    /// The word for it.
    pub fn name(self) -> Text {
        let (nl, en) = match self {
            Self::Framework => ("kwaliteitskader", "quality framework"),
            Self::Sector => ("sector", "sector"),
            Self::Country => ("land", "country"),
            Self::Level => ("niveau", "level"),
            Self::Field => ("vakgebied", "field"),
            Self::Size => ("omvang", "size"),
            Self::Type => ("soort bewijs", "type of credential"),
            Self::Window => ("periode", "period"),
            Self::Depth => ("doorgeven van de toelating", "passing on the admission"),
        };
        Text::new(nl, en)
    }
}
