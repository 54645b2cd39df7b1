"""Diffs between two trees in many forms, with what git and GNU patch say of each."""

import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

QUIET = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
             GIT_ATTR_NOSYSTEM="1", GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.org",
             GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@example.org",
             GIT_AUTHOR_DATE="1700000000 +0000", GIT_COMMITTER_DATE="1700000000 +0000")


class Form(NamedTuple):
    """How a diff is written.

    command: without the trees; those of git run on commits, those of diff on the folders a and b
    trees: which folder the trees are in
    strip: how many parts of its paths git and patch leave out
    blanks: whether changes of white space alone are not shown
    ending: what each line of the patch is given in the place of its line feed
    applied: whether GNU patch is asked too, which takes longest
    """

    command: list
    trees: str = "plain"
    strip: int = 1
    blanks: bool = False
    ending: bytes = b"\n"
    applied: bool = False


def git(*arguments, **more):
    return Form(["git", "-c", "core.quotePath=true", *arguments], **more)


FORMS = {
    "git": git("diff", applied=True),
    "git-U0": git("diff", "-U0", applied=True),
    "git-U1": git("diff", "-U1"),
    "git-U10": git("diff", "-U10"),
    "git-histogram": git("diff", "--histogram"),
    "git-patience": git("diff", "--patience"),
    "git-minimal": git("diff", "--minimal", "--full-index"),
    "git-binary": git("diff", "--binary", "--inter-hunk-context=8"),
    "git-function": git("diff", "--function-context"),
    "git-copies": git("diff", "-M30%", "-C", applied=True),
    "git-no-renames": git("diff", "--no-renames", "--irreversible-delete"),
    "git-no-prefix": git("diff", "--no-prefix", strip=0, applied=True),
    "git-mnemonic": git("-c", "diff.mnemonicPrefix=true", "-c", "core.quotePath=false", "diff", applied=True),
    "git-ignoring-blanks": git("diff", "-w", blanks=True),
    "git-show": git("show", "--format=fuller"),
    "git-log": git("log", "-p", "--stat", "-1"),
    "mailbox": git("format-patch", "--stdout", "-1", applied=True),
    "mailbox-attached": git("format-patch", "--stdout", "--attach", "-1", applied=True),
    "crlf-files": git("diff", trees="crlf", applied=True),
    "crlf-patch": git("diff", ending=b"\r\n", applied=True),
    "no-last-newline": git("diff", trees="unended", applied=True),
    "gnu": Form(["diff", "-ruN"], applied=True),
    "gnu-functions": Form(["diff", "-rup"], applied=True),
    "gnu-U0": Form(["diff", "-rN", "-U0"]),
    "gnu-crlf-files": Form(["diff", "-ruN"], trees="crlf", applied=True),
    "gnu-no-last-newline": Form(["diff", "-ruN"], trees="unended", applied=True),
    "gnu-context": Form(["diff", "-rcN"]),
    "gnu-normal": Form(["diff", "-r"]),
}

# Forms that are no unified diffs: nothing of them can be read, and something must say so.
OTHER_FORMATS = ["gnu-context", "gnu-normal"]


def run(command, cwd, **more):
    return subprocess.run(command, cwd=cwd, env=QUIET, capture_output=True, **more)


class Trees:
    """Two trees as two commits of a repository of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.repository = folder / "repository"
        run(["git", "init", "-q", "--bare", str(self.repository)], folder, check=True)
        # What the packages' own .gitattributes say must not change a line.
        (self.repository / "info" / "attributes").write_text("* -text -eol -ident !diff !filter\n")
        older = self._commit("a", [])
        self._commit("b", ["-p", older])

    def _git(self, *arguments):
        done = run(["git", f"--git-dir={self.repository}", "-c", "core.fileMode=false", *arguments], self.folder,
                   check=True)
        return done.stdout.decode().strip()

    def _commit(self, side, parents):
        work = f"--work-tree={self.folder / side}"
        self._git(work, "add", "-A", "-f", ".")
        commit = self._git("commit-tree", *parents, "-m", f"Release {side}", self._git("write-tree"))
        self._git("update-ref", "HEAD", commit)
        return commit

    @functools.cached_property
    def changed(self):
        """The names of files that are not the same on both sides."""
        names = run(["git", "diff", "--no-renames", "--name-only", "-z", "HEAD~1", "HEAD"], self.repository, check=True)
        return [os.fsdecode(name) for name in names.stdout.split(b"\0") if name]

    def diff(self, form):
        command = list(form.command)
        if command[0] == "diff":
            done = run([*command, "--exclude=repository", "a", "b"], self.folder)
        else:
            done = run(command + (["HEAD~1", "HEAD"] if "diff" in command else []), self.repository, check=True)
        return done.stdout if form.ending == b"\n" else done.stdout.replace(b"\n", form.ending)


def variants(pair):
    """Makes the trees `crlf` and `unended` of a pair: its changed files with other ends of lines."""
    plain = Trees(pair / "plain")
    edits = {
        "crlf": lambda data, side: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        # On the older side of every other file, so that ends appear and disappear.
        "unended": lambda data, side: data[:-1] if data.endswith(b"\n") and (side == "b" or len(data) % 2) else data,
    }
    for name, edit in edits.items():
        for side in "ab":
            (pair / name / side).mkdir(parents=True)
            for file in plain.changed:
                source, target = pair / "plain" / side / file, pair / name / side / file
                if source.is_file():
                    data = source.read_bytes()
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data if b"\0" in data else edit(data, side))
    return {"plain": plain} | {name: Trees(pair / name) for name in edits}


def numstat(patch, strip, cwd):
    """Added and deleted lines by path as `git apply --numstat` counts them, or why it does not."""
    done = run(["git", "apply", "--numstat", "-z", f"-p{strip}", str(patch)], cwd)
    if done.returncode:
        return {}, done.stderr.decode(errors="replace").strip().splitlines()[0]
    counts = {}
    for line in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
        if line:
            added, deleted, path = line.split("\t", 2)
            counts[path] = None if added == "-" else [int(added), int(deleted)]
    return counts, ""


def apply(trees, patch, strip):
    """Whether GNU patch makes the newer tree of the older one: its exit code, and the files that differ."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in trees.changed:
            if (trees.folder / "a" / name).is_file():
                (Path(scratch) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(trees.folder / "a" / name, Path(scratch) / name)
        done = run(["patch", f"-p{strip}", "-s", "-f", "--no-backup-if-mismatch", "-r", "-", "-i", str(patch)], scratch)
        different = [name for name in trees.changed
                     if _bytes(Path(scratch) / name) != _bytes(trees.folder / "b" / name)]
        said = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        return {"exit": done.returncode, "different": different, "said": said[0] if said else ""}


def _bytes(path):
    return path.read_bytes() if path.is_file() else b""


def make(pair):
    """Writes the forms of a pair beside its trees: FORM.patch and FORM.json, and patches that are damaged."""
    trees = variants(pair)
    for name, form in FORMS.items():
        patch = pair / f"{name}.patch"
        patch.write_bytes(trees[form.trees].diff(form))
        record = {"trees": form.trees, "ignores_blanks": form.blanks, "other_format": name in OTHER_FORMATS}
        if name not in OTHER_FORMATS:
            record["counts"], record["counts_error"] = numstat(patch, form.strip, pair)
            record["patch"] = apply(trees[form.trees], patch, form.strip) if form.applied else None
        (pair / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    (pair / "damaged").mkdir()
    cases = damaged(pair, trees["plain"])
    (pair / "damaged.json").write_text(json.dumps(cases), encoding="utf-8")
    for each in trees.values():
        shutil.rmtree(each.repository)


# What happens to patches on their way, on the lines of one file's patch. `body` is where its hunks begin, and
# None says that there is nothing in this patch to damage so.
def cut(lines, body):
    return lines[: body + 2 + (len(lines) - body - 2) // 2]


def count(lines, body):
    before, _, after = lines[body].partition(b"+")
    start, _, rest = after.partition(b",")
    number, _, section = rest.partition(b" ")
    return [*lines[:body], b"%s+%s,%d %s" % (before, start, int(number) + 1, section), *lines[body + 1 :]] \
        if number.isdigit() else None


def extra(lines, body):
    return [*lines[: body + 2], b"+one more line", *lines[body + 2 :]]


def lost(lines, body):
    context = next((i for i in range(body + 1, len(lines)) if lines[i].startswith(b" ")), None)
    return None if context is None else lines[:context] + lines[context + 1 :]


def stripped(lines, body):
    return lines[:body] + [b"" if line == b" " else line for line in lines[body:]] if b" " in lines[body:] else None


def chopped(lines, body):
    return lines[:-1] if lines[-1] == b" " else None


def mailed(lines, body):
    return [b"Dear all,", b"", b"- here it is.", b"", *lines, b"-- ", b"2.39.0", b""]


def bare(lines, body):
    return lines[body - 2 :] if lines[body - 2].startswith(b"--- ") else None


def translated(lines, body):
    foreign = [line.replace(b"No newline at end of file", b"Kein Zeilenumbruch am Dateiende.") for line in lines]
    return foreign if foreign != lines else None


def carriage_returns(lines, body):
    return [line + b"\r" for line in lines]


DAMAGE = [cut, count, extra, lost, stripped, chopped, mailed, bare, translated, carriage_returns]
MOST_DAMAGED = 12


def damaged(pair, trees):
    """Patches of single files that were damaged, and whether GNU patch and git take them."""
    cases = []
    for number, (path, lines, body) in enumerate(_modified((pair / "git.patch").read_bytes())):
        if number == MOST_DAMAGED:
            break
        for damage in DAMAGE:
            changed = damage(lines, body)
            if changed is None:
                continue
            patch = pair / "damaged" / f"{number}-{damage.__name__}.patch"
            patch.write_bytes(b"\n".join(changed) + b"\n")
            with tempfile.TemporaryDirectory() as scratch:
                (Path(scratch) / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(trees.folder / "a" / path, Path(scratch) / path)
                gnu = run(["patch", "-p1", "-s", "-f", "--dry-run", "-i", str(patch)], scratch)
                strict = run(["git", "apply", "--numstat", str(patch)], scratch)
            cases.append({"kind": damage.__name__.replace("_", " "), "patch": f"damaged/{patch.name}",
                          "gnu": gnu.returncode < 2, "git": strict.returncode == 0})
    return cases


def _modified(patch):
    """Path, lines and first hunk of each file of a patch that exists on both sides and was not renamed."""
    for part in (b"\n" + patch).split(b"\ndiff --git ")[1:]:
        lines = (b"diff --git " + part.rstrip(b"\n")).split(b"\n")
        body = next((i for i, line in enumerate(lines) if line.startswith(b"@@ ")), 0)
        if body == 4 and len(lines) < 400 and lines[2].startswith(b"--- a/") and b"\t" not in lines[2]:
            yield os.fsdecode(lines[2][6:]), lines, body
