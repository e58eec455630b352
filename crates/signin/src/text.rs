use atrium_model::token::TokenKind;
use atrium_model::{InstanceId, OpContext};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Bytes that can't be guessed.
const SECRET: usize = 32;
/// Before the instance's id. The texts of AWS's tokens begin with `AAAAA` too.
const ZEROS: usize = 3;
/// Longer texts are no tokens of ours.
const LONGEST: usize = 128;

/// A token's text: which instance it is of, what it is good for, and 256 random bits. Only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TokenText {
    pub(crate) text: String,
    pub(crate) instance: InstanceId,
    pub(crate) kind: TokenKind,
}

impl TokenText {
    pub(crate) fn new(cx: &OpContext<'_>, instance: &InstanceId, kind: TokenKind) -> Self {
        let mut secret = [0; SECRET];
        cx.random.fill(&mut secret);
        let mut bytes = vec![0; ZEROS];
        bytes.push(mark(kind));
        bytes.extend_from_slice(instance.as_str().as_bytes());
        bytes.extend_from_slice(&secret);
        Self {
            text: URL_SAFE_NO_PAD.encode(bytes),
            instance: instance.clone(),
            kind,
        }
    }

    /// Reads a text that may be a token of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (zeros, rest) = bytes.split_at_checked(ZEROS)?;
        let (kind, rest) = rest.split_first()?;
        let (instance, _) = rest.split_at_checked(rest.len().checked_sub(SECRET)?)?;
        let kind = [TokenKind::Access, TokenKind::Refresh]
            .into_iter()
            .find(|known| mark(*known) == *kind)?;
        if zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        let instance = std::str::from_utf8(instance).ok()?.parse().ok()?;
        Some(Self {
            text: text.to_owned(),
            instance,
            kind,
        })
    }

    /// What is kept of it. A text with so many random bits needs no slow hash.
    pub(crate) fn hash(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }
}

fn mark(kind: TokenKind) -> u8 {
    match kind {
        TokenKind::Access => 1,
        TokenKind::Refresh => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parsing_never_panics(text in "A{0,8}[-_a-zA-Z0-9]{0,120}|\\PC{0,40}") {
            let _ = TokenText::parse(&text);
        }

        #[test]
        fn only_whole_tokens_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..90)) {
            let text = URL_SAFE_NO_PAD.encode(bytes);
            if let Some(token) = TokenText::parse(&text) {
                prop_assert_eq!(token.text, text);
            }
        }
    }
}
