//! The messages of which Arrow's files and streams are made.

use arrow_ipc::{Message, MessageHeader};

/// What an Arrow file begins with, before the stream inside it.
pub const FILE_START: &[u8] = b"ARROW1\0\0";
/// What each message begins with.
pub const MESSAGE_START: [u8; 4] = [0xff; 4];
/// The length of an uncompressed buffer may be this many times that of a compressed one.
const MAX_RATIO: u64 = 1000;
const FREE_BYTES: u64 = 64 << 20;

/// # Errors
/// What is wrong with the lengths of a message's compressed buffers.
pub fn check_buffers(message: &Message<'_>, body: &[u8]) -> std::result::Result<(), String> {
    for (offset, length) in compressed_buffers(message) {
        let Some(buffer) = body.get(offset..offset.saturating_add(length)) else {
            return Err("a buffer lies outside its message".to_string());
        };
        let Some(unpacked) = buffer.first_chunk() else {
            continue;
        };
        let unpacked = i64::from_le_bytes(*unpacked);
        let limit = FREE_BYTES.saturating_add((length as u64).saturating_mul(MAX_RATIO));
        if unpacked > 0 && unpacked as u64 > limit {
            return Err(format!(
                "a buffer of {length} bytes announces {unpacked} unpacked ones"
            ));
        }
    }
    Ok(())
}

/// Offset and length of each compressed buffer in a message's body.
fn compressed_buffers(message: &Message<'_>) -> Vec<(usize, usize)> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message
            .header_as_dictionary_batch()
            .and_then(|batch| batch.data()),
        _ => None,
    };
    let buffers = batch
        .filter(|batch| batch.compression().is_some())
        .and_then(|batch| batch.buffers());
    let place = |buffer: &arrow_ipc::Buffer| {
        let part = |value: i64| usize::try_from(value).unwrap_or(usize::MAX);
        (part(buffer.offset()), part(buffer.length()))
    };
    buffers.map_or_else(Vec::new, |buffers| buffers.iter().map(place).collect())
}
