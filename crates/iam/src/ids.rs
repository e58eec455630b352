use atrium_model::{AccountId, OpContext};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Marks ids that hold their account.
const MARK: u128 = 1 << 79;
/// Where the 40 bits of the account begin.
const ACCOUNT_AT: u32 = 39;

/// A unique id: the four letters of its kind and seventeen random ones.
pub(crate) fn unique_id(cx: &OpContext<'_>, kind: &str) -> String {
    format!("{kind}{}", cx.new_upper(17))
}

/// An access key id, `AKIA…` or `ASIA…`. As in AWS's own the account stands in it, in the bits after the first one.
pub(crate) fn access_key_id(cx: &OpContext<'_>, kind: &str, account: &AccountId) -> String {
    let mut random = [0; 5];
    cx.random.fill(&mut random);
    let low = random
        .iter()
        .fold(0u128, |low, byte| low << 8 | u128::from(*byte));
    let number: u128 = account.as_str().parse().unwrap_or(0);
    let bits = MARK | number << ACCOUNT_AT | (low & ((1 << ACCOUNT_AT) - 1));
    let letters = (0..16)
        .rev()
        .map(|at| char::from(BASE32[(bits >> (5 * at) & 31) as usize]));
    kind.chars().chain(letters).collect()
}

/// The account that an access key id names, whether or not the key exists.
pub fn account_of_access_key(id: &str) -> Option<AccountId> {
    let letters = id
        .strip_prefix("AKIA")
        .or_else(|| id.strip_prefix("ASIA"))?;
    if letters.len() != 16 {
        return None;
    }
    let mut bits = 0u128;
    for letter in letters.bytes() {
        bits = bits << 5 | BASE32.iter().position(|known| *known == letter)? as u128;
    }
    let number = bits >> ACCOUNT_AT & ((1 << 40) - 1);
    (bits & MARK != 0).then(|| format!("{number:012}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_as_in_awss_own_ids() {
        let cases = [
            // From "A short note on AWS KEY ID" (Tal Be'ery, 2023).
            ("ASIAQNZGKIQY56JQ7WML", Some("029608264753")),
            ("ASIAQNZGKIQY56JQ7WM", None),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("AROAQNZGKIQY56JQ7WML", None),
            ("ASIAQNZGKIQY56JQ7WM1", None),
            ("", None),
        ];
        for (id, want) in cases {
            assert_eq!(
                account_of_access_key(id).as_ref().map(AccountId::as_str),
                want,
                "{id}"
            );
        }
    }
}
