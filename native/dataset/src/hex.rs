//! Hexadecimal text of digests.

/// Writes each byte as two lower-case digits.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
