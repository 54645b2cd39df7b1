use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A site; its owner sets name and excluded files in the control panel.
#[derive(Debug, Clone)]
pub struct Site {
    pub id: u64,
    pub name: String,
    pub exclude: String,
}

#[derive(Debug)]
pub enum SnapshotError {
    Start(io::Error),
    Remote {
        status: Option<i32>,
        message: String,
    },
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn remote_script(site: &Site) -> String {
    format!(
        "tar --create --gzip --directory /srv/sites/{} --exclude {} --exclude {} .",
        site.id,
        quoted(&format!("./{}.log", site.name)),
        quoted(&site.exclude)
    )
}

/// Runs snapshots on one web server over SSH.
pub struct Snapshots {
    host: String,
    identity: String,
}

impl Snapshots {
    /// Both values come from the operator's configuration.
    pub fn new(host: String, identity: String) -> Self {
        Snapshots { host, identity }
    }

    /// Streams the site's files into `target` on this machine.
    pub fn take(&self, site: &Site, target: &Path) -> Result<(), SnapshotError> {
        let file = std::fs::File::create(target).map_err(SnapshotError::Start)?;
        let Output { status, stderr, .. } = Command::new("ssh")
            .arg("-i")
            .arg(&self.identity)
            .args(["-o", "BatchMode=yes", "--"])
            .arg(&self.host)
            .arg(remote_script(site))
            .stdin(Stdio::null())
            .stdout(Stdio::from(file))
            .output()
            .map_err(SnapshotError::Start)?;
        if status.success() {
            return Ok(());
        }
        Err(SnapshotError::Remote {
            status: status.code(),
            message: String::from_utf8_lossy(&stderr).into_owned(),
        })
    }
}
