/// Where random bytes come from. The server passes the operating system's; tests pass a seeded one.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes, fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `length` random lower-case hexadecimal digits.
pub fn lower_hex(random: &dyn Random, length: usize) -> String {
    alphabet(random, length, HEX)
}

/// `length` random lower-case letters and digits.
pub fn lower_alphanumeric(random: &dyn Random, length: usize) -> String {
    alphabet(random, length, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

/// `length` random characters of `alphabet`, each equally likely.
pub(crate) fn alphabet(random: &dyn Random, length: usize, alphabet: &[u8]) -> String {
    // Bytes at or above the last multiple of the alphabet's length would favour its first letters.
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while text.len() < length {
        random.fill(&mut bytes);
        for byte in bytes.iter().map(|b| usize::from(*b)).filter(|b| *b < limit) {
            if text.len() < length {
                text.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
    }
    text
}

/// A random (version 4) UUID in lower case, RFC 9562.
pub fn new_uuid(random: &dyn Random) -> String {
    let mut bytes = [0u8; 16];
    random.fill(&mut bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from(HEX[usize::from(digit)]));
        }
    }
    text
}
