# SPDX-License-Identifier: Apache-2.0
"""What an operator installs: the Debian package, its units, manual page and completion; the
container's file and the chart; the hardening of the program; the list of what is in it."""

import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLAYHEAD_BINARY", str(SOURCE / "build/release/playhead"))


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


def read_yaml(text):
    """As Debian's own Python reads it, for which script/setup installs the library."""
    program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    return json.loads(run("/usr/bin/python3", "-c", program, input=text))


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.file = run(SOURCE / "script/package", folder.name + "/out",
                       env={**os.environ, "PLAYHEAD_BINARY": BINARY}).strip()
        cls.tree = pathlib.Path(folder.name, "tree")
        run("dpkg-deb", "-R", cls.file, cls.tree)
        cls.program = cls.tree / "usr/bin/playhead"

    def test_says_what_it_needs_and_everything_belongs_to_root(self):
        fields = run("dpkg-deb", "-f", self.file)
        for field in ("Package: playhead", "Architecture: ", "Depends: ", "libc6 (", "libssl3",
                      "libsimdjson"):
            self.assertIn(field, fields)
        for line in run("dpkg-deb", "-c", self.file).splitlines():
            self.assertEqual(line.split()[1], "root/root", line)
            self.assertNotRegex(line.split()[0], r"^.....w|w.$", "others may write: " + line)
        run("md5sum", "--check", "--quiet", "DEBIAN/md5sums", cwd=self.tree)

    def test_the_program_runs_from_where_it_was_unpacked(self):
        self.assertRegex(run(self.program, "--version"), r"^playhead \d")
        path = re.search(r"RUNPATH.*\[(.*)\]", run("readelf", "-d", self.program)).group(1)
        self.assertEqual(path, "$ORIGIN/../lib/playhead")
        self.assertNotIn(b"/build/deps/", self.program.read_bytes())

    def test_the_configuration_is_accepted_and_only_sets_the_data_folder(self):
        file = self.tree / "etc/playhead/playhead.toml"
        self.assertEqual(tomllib.loads(re.sub(r"^\[.*\]$", "", file.read_text(), flags=re.M)),
                         {"data": "/var/lib/playhead"})
        printed = run(self.program, "config", "--config", file)
        self.assertEqual(len(re.findall(r"here from: (?!default)", printed)), 1)
        self.assertEqual((self.tree / "DEBIAN/conffiles").read_text(),
                         "/etc/playhead/playhead.toml\n")

    def test_the_manual_and_the_completion_know_every_key_and_command(self):
        with gzip.open(self.tree / "usr/share/man/man1/playhead.1.gz", "rt") as file:
            manual = file.read().replace("\\-", "-")
        completion = self.tree / "usr/share/bash-completion/completions/playhead"
        keys = re.findall(r"^\| `([\w.]+)`", run(BINARY, "config", "--markdown"), re.M)
        self.assertGreater(len(keys), 20)
        for key in keys:
            self.assertIn(f"\\fB--{key}\\fR", manual)
            self.assertIn(f" --{key}", completion.read_text())
        for command in ("serve", "config", "doctor", "backup", "token rotate"):
            self.assertIn(f".SS playhead {command}\n", manual)

    def test_the_completion_offers_commands_and_options(self):
        completion = self.tree / "usr/share/bash-completion/completions/playhead"

        def offers(*words):
            script = (f"source {completion}; COMP_WORDS=({' '.join(words)}); "
                      f"COMP_CWORD={len(words) - 1}; _playhead; echo ${{COMPREPLY[@]}}")
            return run("bash", "-c", script).split()

        self.assertEqual(offers("playhead", "ser"), ["serve"])
        self.assertEqual(offers("playhead", "serve", "--session.id"), ["--session.idle_seconds"])
        self.assertEqual(offers("playhead", "token", "rot"), ["rotate"])

    def test_lintian_finds_nothing(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not installed (script/setup)")
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", self.file],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_the_scripts_of_the_package_are_sound(self):
        for name in ("postinst", "prerm", "postrm"):
            run("bash", "-n", self.tree / "DEBIAN" / name)

    def test_the_list_of_what_is_in_it_names_what_is_linked(self):
        listed = json.loads((self.tree / "usr/share/doc/playhead/sbom.spdx.json").read_text())
        names = " ".join(package["name"].lower() for package in listed["packages"])
        for needed in re.findall(r"NEEDED.*\[lib(\w+)", run("readelf", "-d", BINARY)):
            if needed not in ("c", "m", "gcc_s", "dl", "pthread"):
                self.assertIn(needed.replace("crypto", "openssl").replace("ssl", "openssl")
                              .replace("openopenssl", "openssl"), names)
        for package in listed["packages"]:
            self.assertRegex(package["versionInfo"], r"^\d")
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")


class Watching(unittest.TestCase):
    """The rules and the dashboard, judged by Prometheus itself; that each metric is there is tested
    in tests/end_to_end/ledger_test.py."""

    def test_prometheus_takes_the_alert_rules(self):
        file = SOURCE / "packaging/alerts.yaml"
        rules = re.findall(r"^ +- alert:", file.read_text(), re.M)
        self.assertIn(f"SUCCESS: {len(rules)} rules found", run("promtool", "check", "rules", file))

    def test_prometheus_takes_each_question_of_the_dashboard(self):
        panels = json.loads((SOURCE / "packaging/grafana.json").read_text())["panels"]
        rules = [{"record": f"playhead:panel_{panel['id']}_{target['refId']}",
                  "expr": target["expr"]} for panel in panels for target in panel["targets"]]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            self.assertIn(f"SUCCESS: {len(rules)} rules found",
                          run("promtool", "check", "rules", file.name))


class Unit(unittest.TestCase):
    def test_systemd_takes_the_units_and_finds_them_hardened(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in (SOURCE / "packaging/systemd").iterdir():
                text = file.read_text().replace("/usr/bin/playhead", BINARY)
                # There are no manual pages and no such user on a machine that only builds.
                text = re.sub(r"^(Documentation|User|Group)=.*\n", "", text, flags=re.M)
                pathlib.Path(folder, file.name).write_text(text)
            service = folder + "/playhead.service"
            done = subprocess.run(["systemd-analyze", "verify", service], capture_output=True,
                                  text=True, check=False)
            said = [line for line in done.stderr.splitlines() if "playhead" in line]
            self.assertEqual(said, [])
            # In tenths: the program makes sure that it is not more.
            run("systemd-analyze", "security", "--offline=true", "--threshold=20",
                SOURCE / "packaging/systemd/playhead.service")


class Program(unittest.TestCase):
    def test_is_hardened(self):
        header = run("readelf", "-h", BINARY)
        self.assertRegex(header, r"Type:\s+DYN \(Position-Independent Executable")
        dynamic = run("readelf", "-d", BINARY)
        self.assertRegex(dynamic, r"FLAGS_1\).*NOW.*PIE")
        segments = run("readelf", "-lW", BINARY)
        self.assertIn("GNU_RELRO", segments)
        self.assertRegex(segments, r"GNU_STACK\s.*RW ", "the stack may not be executable")
        self.assertNotIn("TEXTREL", dynamic)
        symbols = run("readelf", "-sW", BINARY)
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__\w+_chk@", "_FORTIFY_SOURCE leaves calls that check")

    def test_is_built_with_fortify_source_3(self):
        commands = json.loads((pathlib.Path(BINARY).parent / "compile_commands.json").read_text())
        for entry in commands:
            if "/src/" in entry["file"]:
                self.assertIn("-D_FORTIFY_SOURCE=3", entry["command"], entry["file"])
                self.assertIn("-D_GLIBCXX_ASSERTIONS", entry["command"], entry["file"])


class Container(unittest.TestCase):
    """The rules of hadolint that matter here; Debian does not have the program."""

    def setUp(self):
        text = (SOURCE / "packaging/Dockerfile").read_text().replace("\\\n", " ")
        self.steps = [line.split(None, 1) for line in text.splitlines()
                      if line and not line.startswith("#")]

    def all(self, word):
        return [rest for step, rest in self.steps if step == word]

    def test_bases_have_a_tag_that_is_not_latest(self):
        for base in self.all("FROM"):
            self.assertRegex(base, r"^\S+:(?!latest)\S+")

    def test_packages_are_installed_without_extras_and_lists_are_removed(self):
        for step in self.all("RUN"):
            if "apt-get install" in step:
                self.assertIn("apt-get update", step)
                self.assertIn("--no-install-recommends", step)
                self.assertIn("rm -rf /var/lib/apt/lists/*", step)

    def test_runs_as_its_own_user_and_gets_the_signals(self):
        last = max(i for i, step in enumerate(self.steps) if step[0] == "FROM")
        words = [step[0] for step in self.steps[last:]]
        self.assertIn("USER", words)
        self.assertNotIn("root", self.all("USER"))
        for form in ("ENTRYPOINT", "CMD"):
            self.assertIsInstance(json.loads(self.all(form)[0]), list)
        for word in ("ADD", "MAINTAINER"):
            self.assertEqual(self.all(word), [])
        for path in self.all("WORKDIR"):
            self.assertTrue(path.startswith("/"))


class Chart(unittest.TestCase):
    FOLDER = SOURCE / "packaging/helm"

    def rendered(self, name):
        """A template as helm would write it; only the few forms that the chart uses are known."""
        values = read_yaml((self.FOLDER / "values.yaml").read_text())

        def value(expression):
            if expression == ".Release.Name":
                return "name"
            found = re.fullmatch(r"\.Values\.([\w.]+)(?: \| (quote|toJson))?", expression)
            if found is None:
                image = re.fullmatch(r'printf "%s:%s" (\S+) (\S+) \| quote', expression)
                self.assertIsNotNone(image, expression)
                return json.dumps(value(image.group(1)) + ":" + value(image.group(2)))
            current = values
            for part in found.group(1).split("."):
                current = current[part]
            return json.dumps(current) if found.group(2) else current

        text = (self.FOLDER / "templates" / name).read_text()
        return read_yaml(re.sub(r"{{ (.*?) }}", lambda match: value(match.group(1)), text))

    def test_the_chart_has_the_version_of_the_project(self):
        project = (SOURCE / "CMakeLists.txt").read_text()
        version = re.search(r"project\(playhead VERSION ([\d.]+)", project).group(1)
        chart = read_yaml((self.FOLDER / "Chart.yaml").read_text())
        self.assertEqual((chart["version"], chart["appVersion"]), (version, version))

    def test_the_pod_is_locked_and_its_settings_exist(self):
        pod = self.rendered("statefulset.yaml")["spec"]["template"]["spec"]
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        container = pod["containers"][0]
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        self.assertEqual(container["securityContext"]["capabilities"], {"drop": ["ALL"]})
        environment = {entry["name"]: entry["value"] for entry in container["env"]}
        for value in environment.values():
            self.assertIsInstance(value, str)
        arguments = container["args"][1:]
        run(BINARY, "config", *arguments, env={**os.environ, **environment})
        table = run(BINARY, "config", "--markdown")
        known = {"PLAYHEAD_" + key.upper().replace(".", "_")
                 for key in re.findall(r"^\| `([\w.]+)`", table, re.M)}
        self.assertLessEqual(set(environment), known)

    def test_the_service_finds_the_pod_and_its_port(self):
        service = self.rendered("service.yaml")["spec"]
        pods = self.rendered("statefulset.yaml")["spec"]["template"]
        self.assertLessEqual(service["selector"].items(), pods["metadata"]["labels"].items())
        ports = {port["name"] for port in pods["spec"]["containers"][0]["ports"]}
        self.assertLessEqual({port["targetPort"] for port in service["ports"]}, ports)


if __name__ == "__main__":
    unittest.main()
