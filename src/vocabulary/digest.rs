//! Digests of texts. Nothing of the crate is used here: the build script has the same ones.

use std::fmt;

/// A digest that tells texts apart, not one that withstands an attacker: FNV-1a with 64 bits, in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Of texts, each followed by a zero byte so that moving text from one to the next is a change.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for text in texts {
            for byte in text.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self(hash)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fnv1a64:{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_fnv_1a() {
        // The published test vectors of FNV-1a 64; ours ends in a zero byte, as their `"a\0"` does.
        assert_eq!(Digest::of(["a"]).to_string(), "fnv1a64:089be207b544f1e4");
        assert_ne!(Digest::of(["ab", "c"]), Digest::of(["a", "bc"]));
    }
}
