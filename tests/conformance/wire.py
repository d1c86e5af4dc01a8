# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 over a socket, byte for byte: what is sent is what was written, and an answer keeps its
header names as they came. Libraries hide exactly what this kit has to see."""

import socket
import ssl
import struct

TIMEOUT_SECONDS = 60


class Answer:
    """One answer: status, headers as a list of (name, value) in their order, body."""

    def __init__(self, version, status, headers, body):
        self.version = version
        self.status = status
        self.headers = headers
        self.body = body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name):
        """The value of a header that is there at most once, or None."""
        values = self.all(name)
        if len(values) > 1:
            raise AssertionError(f"{name} stands there {len(values)} times: {self.headers}")
        return values[0] if values else None

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:300]!r}"


class Gone(Exception):
    """The server closed the connection instead of answering."""


class Wire:
    """One connection. `secure` speaks TLS and does not look at the certificate."""

    def __init__(self, host, port, secure=False):
        self.socket = socket.create_connection((host, port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST, as a client does that vanishes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def send(self, data):
        self.socket.sendall(data)

    def send_what_is_taken(self, data):
        """Sends until all is sent or the server takes no more."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def read_answer(self, to_head=False):
        """The next answer, 100 Continue included. `to_head`: it answers HEAD, so has no body."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, *_ = lines[0].split(" ", 2)
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name, value.strip(" \t")))
        answer = Answer(version, int(status), headers, b"")
        if not to_head and answer.status >= 200 and answer.status not in (204, 304):
            answer.body = self._body(answer)
        return answer

    def at_end(self):
        """True when the server has closed and said nothing more."""
        try:
            return not self.received and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def is_silent_for(self, seconds):
        """True when nothing comes for so long."""
        if self.received:
            return False
        self.socket.settimeout(seconds)
        try:
            self.received += self.socket.recv(65536)
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(TIMEOUT_SECONDS)

    def _body(self, answer):
        if (answer.get("Transfer-Encoding") or "").lower() == "chunked":
            return self._chunks()
        length = answer.get("Content-Length")
        if length is not None:
            return self._bytes(int(length))
        while self._more():
            pass
        body, self.received = self.received, b""
        return body

    def _chunks(self):
        body = b""
        while True:
            size = int(self._until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self._until(b"\r\n"):
                    pass
                return body
            body += self._bytes(size)
            self._bytes(2)

    def _until(self, mark):
        while mark not in self.received:
            if not self._more():
                raise Gone(f"after {self.received!r}")
        text, _, self.received = self.received.partition(mark)
        return text

    def _bytes(self, count):
        while len(self.received) < count:
            if not self._more():
                raise Gone(f"after {len(self.received)} of {count} bytes")
        data, self.received = self.received[:count], self.received[count:]
        return data

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.received += data
        return bool(data)


def request(method, path, body=b"", headers=(), host="localhost", content_type="application/json"):
    """The bytes of one request. `content_type` None: no such header."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in headers]
    names = {name.lower() for name, _ in headers}
    sizes = {"content-length", "transfer-encoding"}
    if not names & sizes and (body or method not in ("GET", "HEAD", "OPTIONS")):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body, size):
    """A body in chunks of so many bytes."""
    parts = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
