//! Sums up the picking sheets of the orchard by variety.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Write};

#[derive(Debug)]
pub enum ReportError {
    Io(io::Error),
    Line { number: usize, reason: &'static str },
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportError::Io(e) => write!(f, "picking sheet: {e}"),
            ReportError::Line { number, reason } => write!(f, "line {number}: {reason}"),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<io::Error> for ReportError {
    fn from(e: io::Error) -> Self {
        ReportError::Io(e)
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Yield {
    pub crates: u64,
    pub kilos: u64,
}

/// Reads lines of `variety,crates,kilos`; a line that starts with `#` is a remark.
pub fn collect(sheet: impl BufRead) -> Result<BTreeMap<String, Yield>, ReportError> {
    let mut sums: BTreeMap<String, Yield> = BTreeMap::new();
    for (index, line) in sheet.lines().enumerate() {
        let line = line?;
        let fail = |reason| ReportError::Line { number: index + 1, reason };
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [variety, crates, kilos] = fields[..] else {
            return Err(fail("want three fields"));
        };
        if variety.is_empty() {
            return Err(fail("the variety is missing"));
        }
        let crates: u64 = crates.parse().map_err(|_| fail("crates is not a number"))?;
        let kilos: u64 = kilos.parse().map_err(|_| fail("kilos is not a number"))?;
        let sum = sums.entry(variety.to_owned()).or_default();
        sum.crates = sum.crates.checked_add(crates).ok_or_else(|| fail("too many crates"))?;
        sum.kilos = sum.kilos.checked_add(kilos).ok_or_else(|| fail("too many kilos"))?;
    }
    Ok(sums)
}

/// Writes the sums as a table with the mean weight of a crate.
pub fn write_table(out: &mut impl Write, sums: &BTreeMap<String, Yield>) -> io::Result<()> {
    writeln!(out, "{:<20}{:>8}{:>8}{:>8}", "variety", "crates", "kilos", "mean")?;
    for (variety, sum) in sums {
        match sum.kilos.checked_div(sum.crates) {
            Some(mean) => writeln!(out, "{variety:<20}{:>8}{:>8}{mean:>8}", sum.crates, sum.kilos)?,
            None => writeln!(out, "{variety:<20}{:>8}{:>8}{:>8}", sum.crates, sum.kilos, "-")?,
        }
    }
    out.flush()
}
