"""trim.py TARGET JAR LOG: the jar without the native libraries of other systems, and with those classes of other jars
that a command loaded, as -Xlog:class+load says. What comes with a class, resources and services, comes from the jar
alone."""

import platform
import re
import sys
import zipfile
from pathlib import Path

NATIVE = re.compile(r"\.(so|dylib|jnilib|dll|a)$")
LOADED = re.compile(r"\] (\S+) source: (?:file|jar:file):(/[^!]+?\.jar)")


def of_this_system(name):
    """Natives lie in folders, or have names, of their system."""
    machine = platform.machine().lower()
    machines = {"x86_64": ("x86_64", "x86-64"), "aarch64": ("aarch64",)}.get(machine, (machine,))
    return not NATIVE.search(name) or "linux" in name and any(each in name for each in machines)


def needless(name):
    """The parsers of the reviews and the tokenizer, which `doctor` does not use."""
    return "tree-sitter" in name


def main():
    target, jar, log = sys.argv[1:]
    wanted = {}
    for line in Path(log).read_text(errors="replace").splitlines():
        if (found := LOADED.search(line)) and Path(found[2]).resolve() != Path(jar).resolve():
            wanted.setdefault(found[2], []).append(found[1].replace(".", "/") + ".class")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        with zipfile.ZipFile(jar) as source:
            for entry in source.infolist():
                if of_this_system(entry.filename) and not needless(entry.filename):
                    made.writestr(entry, source.read(entry), zipfile.ZIP_DEFLATED)
        for other, names in sorted(wanted.items()):
            with zipfile.ZipFile(other) as source:
                for name in sorted(set(names) & set(source.namelist()) - set(made.namelist())):
                    made.writestr(name, source.read(name))
    print(f"{sum(map(len, wanted.values()))} classes of {len(wanted)} other jars")


if __name__ == "__main__":
    main()
