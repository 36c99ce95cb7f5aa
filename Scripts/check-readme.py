#!/usr/bin/env python3
"""Fails when a `make` target, a `muster` command or one of its options named in a document's code block does not exist."""
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MUSTER = ROOT / ".build/debug/muster"
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
helps: dict[tuple[str, ...], str] = {}


def documents() -> list[pathlib.Path]:
    return sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if path.name != "CHANGELOG.md")


def help_of(command: tuple[str, ...]) -> str:
    """The help text of `muster command...`, or an empty text where there is no such command."""
    if command not in helps:
        run = subprocess.run(
            [MUSTER, *command, "--help"], capture_output=True, text=True, env={"LLVM_PROFILE_FILE": "/dev/null"}, check=False
        )
        usage = " ".join(("muster", *command))
        helps[command] = run.stdout if run.returncode == 0 and f"USAGE: {usage}" in run.stdout else ""
    return helps[command]


def subcommands(text: str) -> set[str]:
    section = text.split("SUBCOMMANDS:", 1)[1] if "SUBCOMMANDS:" in text else ""
    return set(re.findall(r"^  ([a-z][a-z-]*)", section, re.MULTILINE))


def check_muster(words: list[str]) -> str | None:
    command: tuple[str, ...] = ()
    while words and words[0] in subcommands(help_of(command)):
        command += (words.pop(0),)
    if not command or subcommands(help_of(command)):
        return f"muster has no command '{' '.join((*command, *words[:1]))}'"
    for word in words:
        option = re.match(r"--[a-z][a-z-]*", word)
        if option and not re.search(re.escape(option.group()) + r"(?![a-z-])", help_of(command)):
            return f"'muster {' '.join(command)}' has no option {option.group()}"
    return None


def check_line(line: str, targets: set[str]) -> str | None:
    try:
        words = shlex.split(line.removeprefix("$ "), comments=True)
    except ValueError:
        return None
    while words and re.fullmatch(r"[A-Z_]+=.*|sudo", words[0]):
        words.pop(0)
    if words[:1] == ["make"]:
        unknown = [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-") and word not in targets]
        return f"the Makefile has no target {unknown[0]}" if unknown else None
    if words and pathlib.PurePath(words[0]).name == "muster":
        for end in ("|", "&&", ";", ">", "<"):
            words = words[: words.index(end)] if end in words else words
        return check_muster(words[1:])
    return None


def main() -> int:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    problems, lines = [], 0
    for path in documents():
        for block in FENCE.findall(path.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                lines += 1
                problem = check_line(line.strip(), targets)
                if problem:
                    problems.append(f"{path.relative_to(ROOT)}: {problem}")
    print("\n".join([*problems, f"documents: {lines} lines of code, {len(problems)} wrong"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
