use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

/// Held while this process migrates the database; two hosts share the directory.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
}

#[derive(Debug)]
pub enum LeaseError {
    /// Another process migrates; the text names it.
    Taken(String),
    Io(io::Error),
}

impl From<io::Error> for LeaseError {
    fn from(error: io::Error) -> Self {
        LeaseError::Io(error)
    }
}

fn owner(path: &Path) -> LeaseError {
    LeaseError::Taken(fs::read_to_string(path).unwrap_or_else(|_| "unknown".to_string()))
}

impl Lease {
    /// Takes the lease of a schema, or tells who has it.
    pub fn acquire(directory: &Path, schema: &str, host: &str) -> Result<Lease, LeaseError> {
        fs::create_dir_all(directory)?;
        let path = directory.join(format!("{schema}.lease"));
        if path.exists() {
            return Err(owner(&path));
        }
        let mut file = File::create(&path)?;
        let lease = Lease { path };
        writeln!(file, "{} on {}", process::id(), host)?;
        file.sync_all()?;
        Ok(lease)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            eprintln!("lease {} was not removed: {}", self.path.display(), error);
        }
    }
}
