// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace playhead::http {
namespace {

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;

    sockaddr* raw() { return reinterpret_cast<sockaddr*>(&bytes); }

    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

base::Result<Address> resolve(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return base::fail(base::ErrorCode::invalid,
                          "\"" + std::string(text) + "\" is not an address of the form HOST:PORT");
    }
    std::string host(text.substr(0, colon));
    const std::string port(text.substr(colon + 1));
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* first = nullptr;
    const char* const node = host.empty() ? nullptr : host.c_str();
    if (const int failed = getaddrinfo(node, port.c_str(), &hints, &first); failed != 0) {
        return base::fail(
            base::ErrorCode::invalid,
            "the address \"" + std::string(text) + "\" cannot be used: " + gai_strerror(failed));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(first, freeaddrinfo);
    Address address;
    std::memcpy(&address.bytes, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    return address;
}

std::string text_of(const Address& address) {
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    getnameinfo(address.raw(), address.size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    const bool six = address.bytes.ss_family == AF_INET6;
    return (six ? "[" + std::string(host) + "]" : std::string(host)) + ":" + port;
}

void set_on(int socket, int level, int name) {
    const int on = 1;
    setsockopt(socket, level, name, &on, sizeof on);
}

std::unexpected<base::Error> failed(const Address& address) {
    const int number = errno;
    const std::string what = "cannot listen on " + text_of(address);
    if (number == EADDRINUSE) {
        return base::fail(base::ErrorCode::busy, what + ": somebody listens there already");
    }
    return base::fail_errno(number, what);
}

base::Result<Descriptor> bind_to(const Address& address, bool share_port) {
    Descriptor opened(
        socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!opened) return failed(address);
    set_on(opened.number(), SOL_SOCKET, SO_REUSEADDR);
    if (share_port) set_on(opened.number(), SOL_SOCKET, SO_REUSEPORT);
    // Accepted sockets inherit it, which saves a call for each.
    set_on(opened.number(), IPPROTO_TCP, TCP_NODELAY);
    if (address.bytes.ss_family == AF_INET6) {
        const int off = 0;
        setsockopt(opened.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(opened.number(), address.raw(), address.size) != 0) return failed(address);
    return opened;
}

base::Result<Descriptor> listen_on(const Address& address, bool share_port) {
    base::Result<Descriptor> opened = bind_to(address, share_port);
    if (opened && listen(opened->number(), SOMAXCONN) != 0) return failed(address);
    return opened;
}

// A shared port can be shared with another process without anybody noticing. Whoever cannot be
// bound to alone is refused first.
base::Result<void> nobody_listens(const Address& address) {
    const base::Result<Descriptor> alone = listen_on(address, false);
    if (!alone) return std::unexpected(alone.error());
    return {};
}

}  // namespace

base::Result<Listeners> open_listeners(std::string_view text, size_t count) {
    base::Result<Address> address = resolve(text);
    if (!address) return std::unexpected(address.error());
    const bool share_port = count > 1;
    if (share_port) {
        if (auto free = nobody_listens(*address); !free) return std::unexpected(free.error());
    }
    Listeners listeners;
    for (size_t i = 0; i < count; ++i) {
        base::Result<Descriptor> opened = listen_on(*address, share_port);
        if (!opened) return std::unexpected(opened.error());
        // With port 0 the kernel chose one for the first; the others take the same.
        address->size = sizeof address->bytes;
        if (getsockname(opened->number(), address->raw(), &address->size) != 0) {
            return failed(*address);
        }
        listeners.sockets.push_back(*std::move(opened));
    }
    listeners.address = text_of(*address);
    return listeners;
}

base::Result<Listeners> share_listener(int socket, size_t count) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
        return base::fail(base::ErrorCode::invalid,
                          "descriptor " + std::to_string(socket) +
                              ", which was handed over, is not a socket that listens");
    }
    Address address;
    address.size = sizeof address.bytes;
    const int flags = fcntl(socket, F_GETFL);
    if (flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) != 0 ||
        getsockname(socket, address.raw(), &address.size) != 0) {
        return base::fail_errno(errno, "cannot use the socket that was handed over");
    }
    set_on(socket, IPPROTO_TCP, TCP_NODELAY);
    Listeners listeners;
    for (size_t i = 0; i < count; ++i) {
        Descriptor shared(fcntl(socket, F_DUPFD_CLOEXEC, 0));
        if (!shared) return base::fail_errno(errno, "cannot use the socket that was handed over");
        listeners.sockets.push_back(std::move(shared));
    }
    listeners.address = text_of(address);
    return listeners;
}

}  // namespace playhead::http
