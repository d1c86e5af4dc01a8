# SPDX-License-Identifier: Apache-2.0
"""TLS on both addresses, through real sockets."""

import http.client
import json
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import unittest
import warnings

from certificates import TIMEOUT_SECONDS, Certificate, common_name, connect
from playhead_server import Server, playhead, timeline, wait_until

MIB = 1024 * 1024


def sentence(target, *headers):
    lines = (f"GET {target} HTTP/1.1", "Host: localhost", *headers, "")
    return "".join(line + "\r\n" for line in lines).encode()


def read_to_end(tls):
    received = b""
    while part := tls.recv(65536):
        received += part
    return received


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.certificate = Certificate(cls.folder)
        cls.context = cls.certificate.trusting()

    def setUp(self):
        self.data = tempfile.mkdtemp(dir=self.folder) + "/data"

    def serve(self, *arguments):
        return self.enterContext(Server(self.data, *self.certificate.arguments(), *arguments))

    def connect(self, server, context=None):
        return self.enterContext(connect(server.port, context or self.context))

    def answer_of(self, tls, target="/nowhere"):
        tls.sendall(sentence(target))
        answer = http.client.HTTPResponse(tls)
        answer.begin()
        return answer.status, answer.read()

    def test_versions_1_2_and_1_3_are_spoken_and_nothing_older(self):
        server = self.serve()
        self.assertRegex(server.ready_line, "players at https://.*, operators at http://")
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                              (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = self.certificate.trusting()
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            tls = self.connect(server, context)
            self.assertEqual((tls.version(), tls.selected_alpn_protocol()), (name, "http/1.1"))
            self.assertEqual(self.answer_of(tls)[0], 404)
        context = self.certificate.trusting()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaisesRegex(ssl.SSLError, "PROTOCOL_VERSION"):
            self.connect(server, context)
        metrics = server.admin("/metrics")[2].decode()
        handshakes = 'playhead_http_tls_handshakes_total{server="players",outcome="%s"} %d\n'
        self.assertIn(handshakes % ("completed", 2), metrics)
        self.assertIn(handshakes % ("failed", 1), metrics)

    def test_who_speaks_only_http_2_is_told_so_in_the_handshake(self):
        context = self.certificate.trusting()
        context.set_alpn_protocols(["h2"])
        with self.assertRaisesRegex(ssl.SSLError, "(?i)no.application.protocol"):
            self.connect(self.serve(), context)

    def test_large_bodies_arrive_up_to_their_limits(self):
        server = self.serve()
        start = json.dumps(timeline("01")["events"][0]).encode()
        large = start + b" " * (MIB // 4 - len(start))
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=self.context,
                                                 timeout=TIMEOUT_SECONDS)
        connection.request("POST", "/api/v1/sessions", large)
        answer = connection.getresponse()
        answer.read()
        self.assertEqual(answer.status, 201)
        session = answer.headers["Location"].rsplit("/", 1)[1]
        self.assertEqual(server.session(session)["state"], "open")
        for body, status in ((b"x" * (16 * MIB), 400), (b"x" * (16 * MIB + 1), 413)):
            connection.request("POST", "/api/v1/downloaded", body)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, status)
        connection.close()

    def test_a_large_answer_to_a_client_that_reads_late_arrives(self):
        server = self.serve("--tls.admin", "required")
        tls = self.enterContext(connect(server.admin_port, self.context))
        count = 60
        tls.sendall(sentence("/metrics") * (count - 1)
                    + sentence("/metrics", "Connection: close"))
        answers = read_to_end(tls)
        self.assertEqual(answers.count(b"HTTP/1.1 200"), count)
        self.assertGreater(len(answers), MIB // 2)

    def test_pipelined_requests_are_answered_in_order(self):
        tls = self.connect(self.serve())
        tls.sendall(sentence("/a") * 199 + sentence("/z", "Connection: close"))
        self.assertEqual(read_to_end(tls).count(b"HTTP/1.1 404"), 200)

    def test_a_handshake_that_takes_too_long_is_ended(self):
        server = self.serve("--http.request_seconds", "1")
        silent = self.enterContext(socket.create_connection(("127.0.0.1", server.port),
                                                            TIMEOUT_SECONDS))
        begun = self.enterContext(socket.create_connection(("127.0.0.1", server.port),
                                                           TIMEOUT_SECONDS))
        begun.sendall(b"\x16\x03\x01\x02\x00\x01")
        for wire in (silent, begun):
            self.assertEqual(wire.recv(1), b"")
        # Who is through with it has the time of an idle connection.
        self.assertEqual(self.answer_of(self.connect(server))[0], 404)

    def test_http_without_tls_is_answered_with_what_to_do(self):
        server = self.serve()
        status, _, body = server.post("/api/v1/sessions", {})
        self.assertEqual(status, 400)
        self.assertEqual(json.loads(body), {"message": "This address speaks TLS, use https."})

    def test_what_is_neither_is_closed(self):
        server = self.serve()
        wire = self.enterContext(socket.create_connection(("127.0.0.1", server.port),
                                                          TIMEOUT_SECONDS))
        wire.sendall(b"\0" * 64)
        try:
            received = wire.recv(65536)
        except ConnectionResetError:
            received = b""
        self.assertNotIn(b"HTTP", received)
        self.assertEqual(self.answer_of(self.connect(server))[0], 404)

    def test_changed_files_are_taken_over_and_bad_ones_are_not(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        files = Certificate(folder, "first")
        server = self.enterContext(Server(self.data, *files.arguments()))
        first = files.trusting()
        opened = self.connect(server, first)
        good_key = files.key.read_bytes()

        files.key.write_text("no key")
        wait_until(lambda: "the certificate that is in force stays so" in server.log(), "a word")
        self.assertIn("the key is not a private key in PEM", server.log())
        self.assertEqual(common_name(self.connect(server, first)), "first")

        other = Certificate(folder, "other")
        files.key.write_bytes(other.key.read_bytes())
        wait_until(lambda: "the key does not belong to the certificate" in server.log(), "a word")
        self.assertEqual(common_name(self.connect(server, first)), "first")
        files.key.write_bytes(good_key)
        wait_until(lambda: "another certificate: CN = first" in server.log(), "a word")

        files.make("second")
        wait_until(lambda: "another certificate: CN = second" in server.log(), "a word")
        second = files.trusting()
        self.assertEqual(common_name(self.connect(server, second)), "second")
        self.assertEqual(self.answer_of(opened)[0], 404)
        ends = re.search(r"^playhead_tls_certificate_end_seconds (\S+)$",
                         server.admin("/metrics")[2].decode(), re.MULTILINE)
        self.assertEqual(float(ends.group(1)),
                         ssl.cert_time_to_seconds(self.connect(server, second)
                                                  .getpeercert()["notAfter"]))

    def test_the_live_view_is_streamed_and_ends_with_a_farewell(self):
        server = self.serve("--tls.admin", "required")
        self.assertRegex(server.ready_line, "operators at https://")
        tls = self.enterContext(connect(server.admin_port, self.context))
        tls.sendall(sentence("/v1/live", "Accept: text/event-stream"))
        received = b""
        while received.count(b"data:") < 3:
            received += tls.recv(65536)
        self.assertIn(b"text/event-stream", received)
        self.assertEqual(server.stop(), 0)
        read_to_end(tls)

    def test_a_browser_is_told_to_stay_with_https_but_not_for_localhost(self):
        code, _, _ = playhead("token", "create", "--data", self.data, "--scope", "admin")
        self.assertEqual(code, 0)
        for admin, expected in (("0.0.0.0:0", "max-age=31536000"), ("127.0.0.1:0", None)):
            with Server(self.data, *self.certificate.arguments(), "--tls.admin", "required",
                        admin=admin) as server:
                connection = http.client.HTTPSConnection(
                    "127.0.0.1", server.admin_port, context=self.context, timeout=TIMEOUT_SECONDS)
                connection.request("GET", "/")
                answer = connection.getresponse()
                self.assertIn(b"<div id=\"app\">", answer.read())
                self.assertEqual(answer.getheader("Strict-Transport-Security"), expected)
                self.assertNotIn("unsafe", answer.getheader("Content-Security-Policy"))
                connection.close()

    def test_whoever_is_above_the_limit_is_answered_503(self):
        server = self.serve("--http.max_connections", "2")
        allowed = [self.connect(server) for _ in range(2)]
        for tls in allowed:
            self.assertEqual(self.answer_of(tls)[0], 404)
        above = self.connect(server)
        self.assertEqual(self.answer_of(above)[0], 503)
        for tls in allowed:
            self.assertEqual(self.answer_of(tls)[0], 404)

    def test_who_closes_its_side_still_has_its_answer(self):
        tls = self.connect(self.serve())
        tls.sendall(sentence("/nowhere"))
        socket.socket.shutdown(tls, socket.SHUT_WR)
        self.assertIn(b"HTTP/1.1 404", read_to_end(tls))

    def test_renegotiation_is_refused(self):
        server = self.serve()
        done = subprocess.run(["openssl", "s_client", "-tls1_2", "-connect",
                               f"127.0.0.1:{server.port}"], input=b"R\n", capture_output=True,
                              timeout=TIMEOUT_SECONDS, check=False)
        said = done.stdout + done.stderr
        self.assertIn(b"RENEGOTIATING", said)
        self.assertIn(b"no renegotiation", said)
        self.assertEqual(self.answer_of(self.connect(server))[0], 404)

    def test_an_idle_connection_does_not_hold_up_the_end(self):
        server = self.serve()
        tls = self.connect(server)
        self.assertEqual(self.answer_of(tls)[0], 404)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(read_to_end(tls), b"")

    def test_a_start_without_usable_files_ends_with_the_reason(self):
        other = Certificate(self.folder, "stranger")
        code, _, said = playhead("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                 "--admin", "127.0.0.1:0", "--tls.certificate",
                                 str(self.certificate.certificate), "--tls.key", str(other.key))
        self.assertEqual(code, 1)
        self.assertIn("the key does not belong to the certificate", said)
        self.assertFalse(pathlib.Path(self.data, "journal").exists())
        for arguments, why in ((["--tls.key", "k"], "TLS needs both files"),
                               (["--tls.admin", "required"], "no certificate to speak TLS with")):
            code, _, said = playhead("config", *arguments)
            self.assertEqual(code, 2)
            self.assertIn(why, said)


if __name__ == "__main__":
    unittest.main()
