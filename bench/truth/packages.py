"""Released packages by name and version, fetched through pip and npm and unpacked; nothing of them is run."""

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

LARGEST_FILE = 4 << 20


class Pair(NamedTuple):
    """Two versions of a package."""

    client: str
    package: str
    older: str
    newer: str

    @property
    def name(self):
        """A name for a folder."""
        return f"{self.package.strip('@').replace('/', '-')}-{self.older}-{self.newer}"


class Unavailable(Exception):
    """A package that the client cannot fetch."""


def listed(file):
    """The pairs that a file lists, one a line; lines that begin with # are remarks."""
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return [Pair(*line) for line in lines if line and not line[0].startswith("#")]


def unpack(client, package, version, folder, largest=LARGEST_FILE):
    """Fetches one version and puts its files, but for those that are larger, into a new folder."""
    with tempfile.TemporaryDirectory() as scratch:
        spelled = f"{package}=={version}" if client == "pip" else f"{package}@{version}"
        # A source distribution would run its build to say what it is: only wheels are taken.
        command = {
            "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
                    "--dest", scratch, spelled],
            "npm": ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", scratch, spelled],
        }[client]
        done = subprocess.run(command, capture_output=True, text=True, cwd=scratch)
        archives = list(Path(scratch).iterdir())
        if done.returncode or not archives:
            lines = done.stderr.strip().splitlines() or ["nothing was fetched"]
            raise Unavailable(f"{client} {spelled}: {lines[-1]}")
        for name, data in _files(archives[0], largest):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _files(archive, largest):
    """Name and bytes of each regular file, without npm's folder and what a wheel says of itself."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir() and entry.file_size <= largest and usable(entry.filename):
                    yield entry.filename, wheel.read(entry)
        return
    with tarfile.open(archive) as packed:
        for entry in packed:
            name = entry.name.partition("/")[2]
            if entry.isreg() and entry.size <= largest and usable(name):
                yield name, packed.extractfile(entry).read()


def usable(name):
    """Whether a file of an archive may be written under this name."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and ".git" not in parts \
        and not parts[0].endswith(".dist-info")


def fetch(pair, folder):
    """Unpacks both versions into `a` and `b` of a folder, which is there only if that worked."""
    if folder.is_dir():
        return
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        for side, version in (("a", pair.older), ("b", pair.newer)):
            (unfinished / side).mkdir(parents=True)
            unpack(pair.client, pair.package, version, unfinished / side)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
