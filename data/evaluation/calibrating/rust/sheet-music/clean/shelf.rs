//! Serves the scanned parts of the orchestra's sheet music.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const MAX_PART: u64 = 20 * 1024 * 1024;

#[derive(Debug)]
pub enum PartError {
    NotFound,
    TooLarge,
    Io(io::Error),
}

impl From<io::Error> for PartError {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::NotFound => PartError::NotFound,
            _ => PartError::Io(e),
        }
    }
}

/// The shelf of scans. Only the librarian's import job writes below `root`.
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "root is not a folder"));
        }
        Ok(Shelf { root })
    }

    /// Reads a part by the name in the request, such as `dvorak-8/viola.pdf`.
    pub fn part(&self, name: &str) -> Result<Vec<u8>, PartError> {
        let path = self.root.join(name).canonicalize()?;
        if !path.starts_with(&self.root) || !is_scan(&path) {
            return Err(PartError::NotFound);
        }
        let file = File::open(&path)?;
        let mut bytes = Vec::new();
        file.take(MAX_PART + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_PART {
            return Err(PartError::TooLarge);
        }
        Ok(bytes)
    }
}

fn is_scan(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "pdf")
}
