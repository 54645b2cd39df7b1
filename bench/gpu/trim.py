"""trim.py FOLDER JAR LOG: what a command needs of our jar and of those beside it, as -Xlog:class+load says which.

Small jars are copied. Of large ones, Spark's and Hadoop's, the classes that were loaded are put into one. Our jar keeps
all of its own classes and DJL's, because a GPU asks for more of them than were loaded here, and the native libraries of
this system without the parsers of reviews.
"""

import platform
import re
import shutil
import sys
import zipfile
from pathlib import Path

NATIVE = re.compile(r"\.(so|dylib|jnilib|dll|a)$")
LOADED = re.compile(r"\] (\S+) source: (?:file|jar:file):(/[^!]+?\.jar)")
WHOLE = ("org/codeaudit/", "ai/djl/")
SMALL = 3 << 20  # bytes
OTHERS = "org/codeaudit/shaded/"


def wanted(name, loaded):
    if NATIVE.search(name):
        machine = platform.machine().lower()
        return "linux" in name and re.sub("[_-]", "", machine) in re.sub("[_-]", "", name) and "tree-sitter" not in name
    if not name.endswith(".class"):
        return True
    return name in loaded or name.startswith(WHOLE) and not name.startswith(OTHERS)


def jars(log):
    """The classes that were loaded, as names of files, by the path of their jar."""
    loaded = {}
    for line in Path(log).read_text(errors="replace").splitlines():
        if found := LOADED.search(line):
            loaded.setdefault(found[2], set()).add(found[1].replace(".", "/") + ".class")
    return loaded


def main():
    folder, ours, log = sys.argv[1:]
    # not compressed: the whole folder will be
    with zipfile.ZipFile(f"{folder}/code-audit.jar", "w") as mine, zipfile.ZipFile(f"{folder}/others.jar", "w") as others:
        for path, classes in jars(log).items():
            if path != ours and Path(path).stat().st_size < SMALL:
                shutil.copy(path, folder)
                continue
            with zipfile.ZipFile(path) as source:
                for name in source.namelist():
                    if path == ours and wanted(name, classes):
                        mine.writestr(name, source.read(name))
                    elif path != ours and name in classes:
                        others.writestr(name, source.read(name))


if __name__ == "__main__":
    main()
