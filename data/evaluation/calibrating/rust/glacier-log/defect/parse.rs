//! Reads the binary log of a glacier probe: records of a kind byte, a length byte and a body.

use std::fmt;

const TEMPERATURE: u8 = 0x01;
const DEPTH: u8 = 0x02;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProbeLog {
    pub centi_celsius: Vec<i16>,
    pub depth_mm: Vec<u32>,
    /// Records of a kind that this version does not know.
    pub skipped: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum LogError {
    Truncated { at: usize },
    BadBody { at: usize, kind: u8 },
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::Truncated { at } => write!(f, "record at {at} is cut off"),
            LogError::BadBody { at, kind } => write!(f, "record at {at}: bad body of kind {kind}"),
        }
    }
}

impl std::error::Error for LogError {}

pub fn parse(data: &[u8]) -> Result<ProbeLog, LogError> {
    let mut log = ProbeLog::default();
    let mut pos = 0;
    while pos < data.len() {
        let kind = data[pos];
        let len = usize::from(*data.get(pos + 1).ok_or(LogError::Truncated { at: pos })?);
        let body = data
            .get(pos + 2..pos + 2 + len)
            .ok_or(LogError::Truncated { at: pos })?;
        let bad = LogError::BadBody { at: pos, kind };

        match kind {
            TEMPERATURE => {
                let raw = body.try_into().map_err(|_| bad)?;
                log.centi_celsius.push(i16::from_le_bytes(raw));
            }
            DEPTH => {
                let raw = body.try_into().map_err(|_| bad)?;
                log.depth_mm.push(u32::from_le_bytes(raw));
            }
            // newer probes write more kinds
            _ => {
                log.skipped += 1;
                continue;
            }
        }
        pos += 2 + len;
    }
    Ok(log)
}
