# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests of TLS, made by the command `openssl`, and clients that trust them."""

import pathlib
import socket
import ssl
import subprocess

TIMEOUT_SECONDS = 60


class Certificate:
    """A self-signed certificate for 127.0.0.1, and other names, in two files of a folder."""

    def __init__(self, folder, name="server", names=()):
        self.certificate = pathlib.Path(folder, name + ".pem")
        self.key = pathlib.Path(folder, name + ".key")
        self.names = ",".join(["IP:127.0.0.1", *(f"DNS:{other}" for other in names)])
        self.make(name)

    def make(self, name):
        """Makes both files again, of another name and with another key."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", str(self.key), "-out", str(self.certificate), "-days", "2",
             "-subj", f"/CN={name}", "-addext", "subjectAltName=" + self.names],
            check=True, capture_output=True)

    def arguments(self):
        return ["--tls.certificate", str(self.certificate), "--tls.key", str(self.key)]

    def trusting(self):
        """What a client needs to connect to this certificate, and to no other."""
        return ssl.create_default_context(cafile=str(self.certificate))


def connect(port, context, **options):
    """A connection with TLS; its end without a farewell is an error."""
    plain = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
    return context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False,
                               **options)


def common_name(tls):
    """Of the certificate that the server has shown."""
    return dict(pair[0] for pair in tls.getpeercert()["subject"])["commonName"]
