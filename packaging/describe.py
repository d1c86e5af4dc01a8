#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual page and the completion for bash, made from what the program says about itself.

    packaging/describe.py (manual|completion) BINARY VERSION

The program's help comes from its tables of keys and commands, so neither can name an option that is
not there.
"""

import re
import subprocess
import sys

HELP_COLUMN = 30  # where the program's help of an option begins


class Command:
    """`playhead` or one of its subcommands: what it does, its options and what is below it."""

    def __init__(self, binary, words):
        self.words = words
        lines = subprocess.run([binary, *words, "--help"], capture_output=True, text=True,
                               check=True).stdout.split("\n")
        self.about = lines[0]
        self.options = []  # (names, value, help)
        self.below = []
        part = ""
        for line in lines[1:]:
            if line.endswith(":") and not line.startswith(" "):
                part = line[:-1]
            elif part == "Subcommands" and re.match(r"^  \w", line):
                self.below.append(Command(binary, [*words, line.split()[0]]))
            elif part == "Options" and line.startswith("  "):
                self.note_option(line)

    def note_option(self, line):
        if line.startswith("  -"):
            fits = line[HELP_COLUMN - 1: HELP_COLUMN] in ("", " ")
            names, _, value = (line[:HELP_COLUMN] if fits else line).strip().partition(" ")
            self.options.append([names, value, line[HELP_COLUMN:].strip() if fits else ""])
        elif self.options:
            self.options[-1][2] = (self.options[-1][2] + " " + line.strip()).strip()

    def all(self):
        yield self
        for command in self.below:
            yield from command.all()


def roff(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def manual(top, version):
    lines = [f'.TH PLAYHEAD 1 "" "playhead {version}" "User Commands"', ".SH NAME",
             "playhead \\- a server for the Media Collection API", ".SH SYNOPSIS",
             ".B playhead", ".I COMMAND", "[\\fIOPTIONS\\fR]", ".SH DESCRIPTION",
             "Receives what media players report, keeps it safely, and turns it into numbers that "
             "can be explained.", ".SH COMMANDS"]
    for command in top.all():
        if not command.words:
            continue
        lines += [f".SS playhead {' '.join(command.words)}", roff(command.about) + "."]
        for names, value, text in command.options:
            if names.startswith("-h"):
                continue
            shown = f"\\fB{roff(names)}\\fR" + (f" {roff(value)}" if value else "")
            lines += [".TP", shown, roff(text)]
    lines += [".SH SIGNALS", ".TP", "SIGTERM, SIGINT",
              "finish what has arrived, then end with code 0", ".TP", "SIGHUP",
              "read the configuration again and log each difference",
              ".SH FILES", ".TP", "/etc/playhead/playhead.toml", "the configuration of the service",
              ".TP", "/var/lib/playhead", "its data"]
    return "\n".join(lines) + "\n"


def completion(top):
    cases = []
    for command in top.all():
        words = [below.words[-1] for below in command.below]
        words += [name for names, _, _ in command.options for name in names.split(",")]
        cases.append(f'        "{" ".join(["playhead", *command.words])}") '
                     f'words="{" ".join(words)}" ;;')
    known = " ".join(sorted({word for command in top.all() for word in command.words}))
    return f"""# bash completion for playhead
_playhead() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} path=playhead word words=
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        [[ " {known} " == *" $word "* ]] && path+=" $word"
    done
    case $path in
{chr(10).join(cases)}
    esac
    if [[ $current == -* || $words != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    fi
    if [[ ${{#COMPREPLY[@]}} -eq 0 ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}}
complete -o filenames -F _playhead playhead
"""


def main():
    what, binary, version = sys.argv[1:]
    top = Command(binary, [])
    sys.stdout.write(manual(top, version) if what == "manual" else completion(top))


if __name__ == "__main__":
    main()
