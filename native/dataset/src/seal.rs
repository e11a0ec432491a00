//! A checksum over a JSON document, as its first member: `{"checksum":"<SHA-256>",…`. It is the SHA-256 of the text without
//! that member, so that any program can check it whatever it makes of numbers (main/platform/sealed-json.ts does).

use sha2::{Digest, Sha256};

use crate::hex::to_hex;

const BEGINNING: &str = "{\"checksum\":\"";
const DIGITS: usize = 64;

/// Puts the checksum in front of an object's members, of which there must be at least one.
pub fn seal(text: &str) -> String {
    let members = text.strip_prefix('{').unwrap_or(text);
    format!("{BEGINNING}{}\",{members}", to_hex(&Sha256::digest(text)))
}

/// The text without its checksum. A text without one, as earlier versions wrote it, is returned as it is. `None` if the
/// checksum is not the text's.
pub fn unseal(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix(BEGINNING) else {
        return Some(text.to_string());
    };
    let (checksum, rest) = rest.split_at_checked(DIGITS)?;
    let content = format!("{{{}", rest.strip_prefix("\",")?);
    (to_hex(&Sha256::digest(&content)) == checksum).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_was_sealed_and_refuses_every_flipped_bit() {
        let text = "{\n  \"rows\": 10,\n  \"share\": 0.1\n}";
        let sealed = seal(text);
        assert_eq!(unseal(&sealed).as_deref(), Some(text));
        assert_eq!(unseal(text).as_deref(), Some(text));
        for bit in 8 * BEGINNING.len()..8 * sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // Where it is no text any more it is refused before.
            if let Ok(flipped) = String::from_utf8(bytes) {
                assert_eq!(unseal(&flipped), None, "bit {bit}");
            }
        }
    }
}
