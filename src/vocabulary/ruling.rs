//! Rulings: which reading is taken where the sources of the law disagree (S14).
//!
//! In: the words of options. Out: [`Rulings`]. A ruling that no option gives stands at its default, and a proof must
//! hold under the other reading as well; one that is given is pinned, and the other reading is not asked.

/// Whether a user's boundary limits what a resource policy grants to that user (S14.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UserBoundary {
    /// It does not: as documented.
    #[default]
    Bypass,
    /// It does.
    Enforce,
}

/// Whom a Deny with NotPrincipal exempts (S14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NotPrincipal {
    /// A caller whose whole chain is listed.
    #[default]
    Strict,
    /// A caller of whose chain a link is listed.
    Lenient,
}

/// Whether a `*` that ends one of the front parts of a resource's ARN runs over colons (S14.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ResourceStar {
    /// It does.
    #[default]
    Documented,
    /// It never does.
    Segmented,
}

/// The rulings that options give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rulings {
    /// S14.1.
    pub user_boundary: Option<UserBoundary>,
    /// S14.2.
    pub not_principal: Option<NotPrincipal>,
    /// S14.3.
    pub resource_star: Option<ResourceStar>,
}

impl Rulings {
    /// Whether a user's boundary limits what a resource policy grants to that user.
    pub fn enforces_user_boundary(self) -> bool {
        self.user_boundary.unwrap_or_default() == UserBoundary::Enforce
    }

    /// Whether one listed link of a caller's chain exempts it.
    pub fn is_lenient(self) -> bool {
        self.not_principal.unwrap_or_default() == NotPrincipal::Lenient
    }

    /// Whether wildcards of the front parts stay within their part.
    pub fn is_segmented(self) -> bool {
        self.resource_star.unwrap_or_default() == ResourceStar::Segmented
    }

    /// Every way to take the rulings about matching that are open.
    pub fn choices(self) -> Vec<Self> {
        let principals = match self.not_principal {
            Some(given) => vec![given],
            None => vec![NotPrincipal::Strict, NotPrincipal::Lenient],
        };
        let stars = match self.resource_star {
            Some(given) => vec![given],
            None => vec![ResourceStar::Documented, ResourceStar::Segmented],
        };
        let with = |not_principal| {
            let each = stars.iter();
            each.map(move |star| Self { not_principal: Some(not_principal), resource_star: Some(*star), ..self })
        };
        principals.into_iter().flat_map(with).collect()
    }

    /// The readings that are fixed, as options and their words.
    pub fn words(self) -> String {
        let boundary = self.user_boundary.map(|own| match own {
            UserBoundary::Bypass => "user-boundary bypass",
            UserBoundary::Enforce => "user-boundary enforce",
        });
        let principal = self.not_principal.map(|own| match own {
            NotPrincipal::Strict => "notprincipal strict",
            NotPrincipal::Lenient => "notprincipal lenient",
        });
        let star = self.resource_star.map(|own| match own {
            ResourceStar::Documented => "resource-star documented",
            ResourceStar::Segmented => "resource-star segmented",
        });
        [boundary, principal, star].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Each ruling that is open, taken the other way.
    pub fn alternatives(self) -> Vec<Alternative> {
        let mut others = Vec::new();
        if self.user_boundary.is_none() {
            let rulings = Self { user_boundary: Some(UserBoundary::Enforce), ..self };
            others.push(Alternative { chosen: "user-boundary bypass", other: "user-boundary enforce", rulings });
        }
        if self.not_principal.is_none() {
            let rulings = Self { not_principal: Some(NotPrincipal::Lenient), ..self };
            others.push(Alternative { chosen: "notprincipal strict", other: "notprincipal lenient", rulings });
        }
        if self.resource_star.is_none() {
            let rulings = Self { resource_star: Some(ResourceStar::Segmented), ..self };
            others.push(Alternative { chosen: "resource-star documented", other: "resource-star segmented", rulings });
        }
        others
    }
}

/// A ruling that no option gives, taken the other way.
#[derive(Debug, Clone, Copy)]
pub struct Alternative {
    /// Option and word of the reading that is chosen.
    pub chosen: &'static str,
    /// Option and word of the other one.
    pub other: &'static str,
    /// The rulings with the other one given.
    pub rulings: Rulings,
}
