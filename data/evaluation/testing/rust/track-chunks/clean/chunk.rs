use std::io::{self, ErrorKind, Read};

const HEAD_BYTES: u32 = 12;
const MAX_CHUNK_BYTES: u32 = 1024 * 1024;

/// A part of a recorded track, as a watch uploads it.
#[derive(Debug)]
pub struct Chunk {
    pub kind: [u8; 4],
    pub sequence: u32,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub enum ChunkError {
    Io(io::Error),
    Length(u32),
    OutOfOrder { expected: u32, found: u32 },
}

impl From<io::Error> for ChunkError {
    fn from(error: io::Error) -> Self {
        ChunkError::Io(error)
    }
}

fn number<R: Read>(source: &mut R) -> io::Result<u32> {
    let mut bytes = [0u8; 4];
    source.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}

/// Reads a chunk: its length with these twelve bytes, its kind, its number, its body.
fn read_chunk<R: Read>(source: &mut R) -> Result<Chunk, ChunkError> {
    let length = number(source)?;
    if !(HEAD_BYTES..=MAX_CHUNK_BYTES).contains(&length) {
        return Err(ChunkError::Length(length));
    }
    let mut kind = [0u8; 4];
    source.read_exact(&mut kind)?;
    let sequence = number(source)?;
    let mut body = vec![0u8; (length - HEAD_BYTES) as usize];
    source.read_exact(&mut body)?;
    Ok(Chunk {
        kind,
        sequence,
        body,
    })
}

/// Reads the chunks of an upload, at most `limit`, up to the one of kind `DONE`.
pub fn read_track<R: Read>(source: &mut R, limit: u32) -> Result<Vec<Chunk>, ChunkError> {
    let mut chunks = Vec::new();
    for expected in 0..limit {
        let chunk = read_chunk(source)?;
        if chunk.sequence != expected {
            return Err(ChunkError::OutOfOrder {
                expected,
                found: chunk.sequence,
            });
        }
        if &chunk.kind == b"DONE" {
            return Ok(chunks);
        }
        chunks.push(chunk);
    }
    Err(io::Error::from(ErrorKind::InvalidData).into())
}
