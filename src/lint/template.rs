//! Whether a resource pattern and the ARNs of a resource type can meet.
//!
//! In: an ARN template of the catalogue or the dialect; a resource pattern of a policy. Out: whether some ARN is both.
//! On the safe side: a variable of the policy may be any text, and so may a placeholder, but for region and account,
//! which are one part of an ARN and not empty.

use crate::vocabulary::pattern::{Glyph, Pattern, Reach};

/// The ARNs of a resource type.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// The service part, if it is a plain text.
    service: Option<String>,
}

/// One element of a template or pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Char(char),
    One { colon: bool },
    Many { colon: bool },
}

impl Piece {
    fn of(glyph: &Glyph) -> Self {
        match glyph {
            Glyph::Literal(character) => Self::Char(*character),
            Glyph::One(reach) => Self::One { colon: *reach == Reach::Anything },
            Glyph::Many(reach) => Self::Many { colon: *reach == Reach::Anything },
            Glyph::Variable(_) => Self::Many { colon: true },
        }
    }

    /// Whether a piece of one character can be under a `Many`; any piece of several can.
    fn is_under(self, colon: bool) -> bool {
        colon || self != Self::Char(':')
    }

    /// Whether two pieces of one character can be the same one.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Char(one), Self::Char(two)) => one == two,
            (Self::Char(one), Self::One { colon }) | (Self::One { colon }, Self::Char(one)) => colon || one != ':',
            _ => true,
        }
    }
}

impl Template {
    /// Reads a template; a resource type may have several, behind commas.
    pub(super) fn read(text: &str) -> Vec<Self> {
        text.split(", ").map(Self::of_one).collect()
    }

    fn of_one(text: &str) -> Self {
        let mut pieces = Vec::with_capacity(text.len());
        let mut colons = 0;
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let colon = colons >= 5;
            if let Some((_, behind)) = rest.strip_prefix("${").and_then(|inside| inside.split_once('}')) {
                if !colon {
                    pieces.push(Piece::One { colon });
                }
                pieces.push(Piece::Many { colon });
                rest = behind;
                continue;
            }
            colons += usize::from(character == ':');
            pieces.push(if character == '*' { Piece::Many { colon } } else { Piece::Char(character) });
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
        let service = text.split(':').nth(2).filter(|service| !service.contains(['$', '*']));
        Self { pieces, service: service.map(str::to_owned) }
    }

    /// Whether some ARN has the template's form and matches the pattern.
    pub(super) fn meets(&self, pattern: &Pattern) -> bool {
        if self.is_of_other_service(pattern.as_str()) {
            return false;
        }
        let pattern: Vec<Piece> = pattern.glyphs().iter().map(Piece::of).collect();
        // For each place of the template, whether it can be reached with what came before in the pattern.
        let mut row = vec![false; self.pieces.len() + 1];
        if let Some(start) = row.first_mut() {
            *start = true;
        }
        let mut next = row.clone();
        for left in pattern.iter().copied().map(Some).chain([None]) {
            next.fill(false);
            for at in 0..row.len() {
                if !row.get(at).copied().unwrap_or_default() {
                    continue;
                }
                let right = self.pieces.get(at).copied();
                if left.is_none() && right.is_none() {
                    return true;
                }
                let Steps { down, along, both } = Steps::of(left, right);
                for (target, row, taken) in [(at, &mut next, down), (at + 1, &mut row, along)] {
                    if let Some(cell) = row.get_mut(target).filter(|_| taken) {
                        *cell = true;
                    }
                }
                if let Some(cell) = next.get_mut(at + 1).filter(|_| both) {
                    *cell = true;
                }
            }
            if !next.contains(&true) && left.is_some() {
                return false;
            }
            std::mem::swap(&mut row, &mut next);
        }
        false
    }

    /// What most comparisons come to, decided at once. A service has no wildcards (S2.2.5), but a `*` that ends the
    /// part before it may run over it (S2.2.4).
    fn is_of_other_service(&self, pattern: &str) -> bool {
        let mut parts = pattern.split(':').skip(1);
        let (partition, service) = (parts.next().unwrap_or_default(), parts.next());
        let known = !partition.contains('$') && !partition.ends_with('*');
        known && service.is_some_and(|service| self.service.as_deref().is_some_and(|own| own != service))
    }
}

/// Which of two texts can go on by a piece, from one place in both.
struct Steps {
    down: bool,
    along: bool,
    both: bool,
}

impl Steps {
    fn of(left: Option<Piece>, right: Option<Piece>) -> Self {
        let under = |many: Option<Piece>, piece: Option<Piece>| match (many, piece) {
            (Some(Piece::Many { colon }), Some(piece)) => matches!(piece, Piece::Many { .. }) || piece.is_under(colon),
            _ => false,
        };
        let ends = |piece: Option<Piece>| matches!(piece, Some(Piece::Many { .. }));
        let single = |piece: Option<Piece>| piece.filter(|piece| !matches!(piece, Piece::Many { .. }));
        Self {
            down: ends(left) || under(right, left),
            along: ends(right) || under(left, right),
            both: single(left).zip(single(right)).is_some_and(|(left, right)| left.meets(right)),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::vocabulary::resource::{ResourcePattern, ShortArn};

    fn meets(template: &str, pattern: &str) -> bool {
        let (pattern, _) = ResourcePattern::parse(pattern, true, ShortArn::Pad).unwrap();
        let ResourcePattern::Arn(pattern) = pattern else { panic!("an ARN") };
        Template::read(template).iter().any(|template| template.meets(&pattern))
    }

    #[test]
    fn a_pattern_meets_a_template_it_can_be() {
        let bucket = "arn:${Partition}:s3:::${BucketName}";
        for pattern in
            ["arn:aws:s3:::b", "arn:aws:s3:::*", "arn:aws:s3:*", "arn:*:s3:::b?", "arn:aws:s3:::${aws:username}"]
        {
            assert!(meets(bucket, pattern), "{pattern}");
        }
        for pattern in ["arn:aws:s4:::b", "arn:aws:S3:::b", "arn:aws:s3:eu-west-1::b", "arn:aws:s3::111122223333:b"] {
            assert!(!meets(bucket, pattern), "{pattern}");
        }
        let object = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
        assert!(
            meets(object, "arn:aws:s3:::b/*") && meets(object, "arn:aws:s3:::b*") && !meets(object, "arn:aws:s3:::b")
        );
        let queue = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}";
        assert!(meets(queue, "arn:aws:sqs:*:*:q") && !meets(queue, "arn:aws:sqs::111122223333:q"));
        assert!(meets(queue, "arn:aws:sqs") && meets(queue, "arn:aws:sqs:?*-1:*:q"));
        assert!(!meets(queue, "arn:aws:sqs:a*b:1:c:d:e:*") || meets(queue, "arn:aws:sqs:a:1:c:d:e"));
    }

    #[test]
    fn a_type_can_have_several_templates() {
        let two = "arn:${Partition}:a:${Region}::/x/${Id}, arn:${Partition}:a:${Region}::/y/${Id}";
        assert!(meets(two, "arn:aws:a:r::/y/1") && !meets(two, "arn:aws:a:r::/z/1"));
    }
}
