"""At the network: the server's ports, the machine's services, other environments, metadata, and what sockets can do."""

import errno
import http.client
import os
import socket
import struct

from kernel import Stopped, call, ctypes, reached

_SECONDS = 3


def _answer(address, port, path="/", method="GET", body=None, headers=None):
    connection = http.client.HTTPConnection(address, port, timeout=_SECONDS)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except TimeoutError:
        raise Stopped(f"{address}:{port} does not answer")
    except http.client.HTTPException as error:
        raise Stopped(f"{address}:{port} speaks something else: {error!r}")
    finally:
        connection.close()


def _any(addresses, action):
    said = []
    for address in addresses:
        try:
            return f"{address}: {action(address)}"
        except (OSError, Stopped) as error:
            said.append(f"{address}: {error}")
    raise Stopped("; ".join(said)[:2000])


def _secret(where, address, port):
    _, body = _answer(address, port)
    if where["secret"] in body:
        return "the secret"
    raise Stopped("another answer")


def reach_a_service_at_the_machines_loopback(where):
    return _any(["127.0.0.1", "localhost", "127.0.0.2", "0.0.0.0", "::1", "::ffff:127.0.0.1"],
                lambda address: _secret(where, address, where["loopback_port"]))


def reach_a_service_at_the_machines_addresses(where):
    return _any(where["host_addresses"], lambda address: _secret(where, address, where["everywhere_port"]))


def reach_a_datagram_service_of_the_machine(where):
    def ask(address):
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(kind, socket.SOCK_DGRAM) as asker:
            asker.settimeout(1)
            asker.sendto(b"?", (address, where["datagram_port"]))
            if where["secret"].encode() in asker.recv(100):
                return "the secret"
        raise Stopped("another answer")

    return _any(["127.0.0.1", *where["host_addresses"]], ask)


def reach_the_metadata_address(where):
    return _any(where["metadata"], lambda address: _secret(where, address, 80))


def reach_a_private_address(where):
    return _any(where["private"], lambda address: _secret(where, address, 80))


def reach_another_functions_listener(where):
    return _any(where["neighbour_addresses"], lambda address: _secret(where, address, where["neighbour_port"]))


def speak_for_another_function_at_its_runtime_api(where):
    """With its address. Inside, that is its own: whose it is, its log tells (see the test)."""
    if os.readlink("/proc/self/ns/net") != where["neighbour_network"] and not where.get("outside"):
        raise Stopped("its address is that of another network")
    address, port = where["neighbour_runtime_api"].split(":")
    status, body = _answer(address, int(port), "/2018-06-01/runtime/invocation/none/response", "POST", "{}")
    return f"{status} {body}"


def find_the_machines_sockets_in_proc(where):
    """Ports in hexadecimal, addresses of UNIX sockets in words."""
    found = []
    for name in ("tcp", "tcp6", "udp", "unix"):
        with open("/proc/net/" + name) as file:
            content = file.read()
        if any(f":{port:04X} " in content for port in (where["loopback_port"], where["everywhere_port"])):
            found.append(name)
        if where["mark"] in content:
            found.append(name)
    return found


def connect_to_an_abstract_socket_of_the_machine(where):
    return _abstract(where["abstract"], where)


def connect_to_an_abstract_socket_of_another_function(where):
    return _abstract(where["neighbour_abstract"], where)


def _abstract(name, where):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        connection.connect("\0" + name)
        return where["secret"] in connection.recv(100).decode()


def connect_to_a_socket_file_of_the_machine(where):
    def ask(path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(path)
            return where["secret"] in connection.recv(100).decode()

    return _any(where["socket_files"], ask)


# The server's own APIs. Inside, AWS's is at AWS_ENDPOINT_URL; outside at the front address.

def _endpoints(where):
    """Where the server might be asked: what is in the environment, the front port at every address of the machine."""
    told = os.environ.get("AWS_ENDPOINT_URL")
    inside = [] if where.get("outside") or not told else [told.removeprefix("http://").rstrip("/")]
    return inside + [f"127.0.0.1:{where['front_port']}"]


def _ask(where, path, method="GET", headers=None, body=None):
    def ask(endpoint):
        address, port = endpoint.rsplit(":", 1)
        status, said = _answer(address, int(port), path, method, body, headers)
        if status in (200, 202, 204):
            return f"{status} {said[:100]}"
        raise Stopped(f"{status} {said[:200]}")

    return _any(_endpoints(where), ask)


def read_the_servers_metrics(where):
    return _ask(where, "/metrics")


def read_the_servers_health(where):
    return _any(["/_boda/health", "/_localstack/health", "/_localstack/info"], lambda path: _ask(where, path))


def empty_the_server(where):
    """Not done where it could be: it asks what else is there first."""
    if where.get("outside"):
        return "the test has seen that it is served"
    try:
        read_the_servers_health(where)
        return "what belongs to it is served"
    except Stopped:
        return _any(["/_boda/reset", "/_localstack/state/reset"], lambda path: _ask(where, path, "POST"))


def ask_the_server_unsigned(where):
    return _ask(where, "/2015-03-31/functions/")


def ask_the_server_with_an_invented_key(where):
    """A signature that is nobody's: of a key that is not known none can be right."""
    return _ask(where, "/2015-03-31/functions/", headers=_signature("AKIAINVENTED"))


def _signature(key):
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20261121/us-east-1/lambda/aws4_request, "
                             "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64, "X-Amz-Date": "20261121T000000Z"}


def reach_the_servers_front_port_at_the_machines_addresses(where):
    """Of a second server, which listens there."""
    return _any([*where["host_addresses"], where["front_of_another"][0]], lambda address: _answer(
        address, where["front_of_another"][1], "/_boda/health")[0])


# What sockets can do

def _sockets(kinds):
    got = []
    for family, kind, protocol in kinds:
        try:
            socket.socket(family, kind, protocol).close()
            got.append([int(family), int(kind), int(protocol)])
        except OSError:
            pass
    return got


def open_raw_sockets(where):
    return _sockets([(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), (socket.AF_INET, socket.SOCK_RAW, 255),
                     (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)])


def open_packet_sockets(where):
    return _sockets([(socket.AF_PACKET, socket.SOCK_RAW, 0), (socket.AF_PACKET, socket.SOCK_DGRAM, 0)])


def open_sockets_of_other_families(where):
    """To the hypervisor, the kernel's cryptography, cars, clusters: each was a way in once."""
    families = {"AX25": 3, "X25": 9, "KEY": 15, "RDS": 21, "CAN": 29, "TIPC": 30, "BLUETOOTH": 31, "ALG": 38, "NFC": 39,
                "VSOCK": 40, "KCM": 41, "QIPCRTR": 42, "SMC": 43, "XDP": 44}
    got = []
    for name, family in families.items():
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind, 0).close()
                got.append(name)
                break
            except OSError:
                pass
    return got


def open_pairs_of_other_families(where):
    """The kernel makes both, and loads a module for them, before it says that there are no pairs of the kind."""
    got = []
    for family in (2, 3, 9, 16, 21, 29, 30, 31, 38, 40, 44):
        try:
            reached(lambda: call("socketpair", family, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)()), errno.EOPNOTSUPP)
            got.append(family)
        except OSError:
            pass
    return got


def change_the_network(where):
    """Adds the address 203.0.113.77 to the loopback, and takes it away again."""
    body = struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0, socket.if_nametoindex("lo"))
    for kind in (1, 2):
        body += struct.pack("=HH", 8, kind) + socket.inet_aton("203.0.113.77")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        for request, flags in ((20, 0x605), (21, 5)):
            netlink.send(struct.pack("=IHHII", 16 + len(body), request, flags, 1, 0) + body)
            error = -struct.unpack_from("=i", netlink.recv(4096), 16)[0]
            if error:
                raise OSError(error, os.strerror(error))
    return "added"


def listen_to_the_kernels_audit(where):
    """And to its other channels: each bound to a group that only the privileged hear."""
    got = []
    for protocol, group in ((9, 1), (12, 1), (15, 2)):
        try:
            with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as netlink:
                netlink.bind((0, group))
                got.append(protocol)
        except OSError:
            pass
    return got


def pretend_to_be_another_address(where):
    """Sends with an address that is not its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_IP, 19, 1)
        return "IP_TRANSPARENT"


def mark_packets(where):
    """Marks are what the machine's rules go by."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, 36, 1)
        return "SO_MARK"


def reach_the_world(where):
    """No attempt to escape: what a function may do where the kind gives a way out."""
    return _secret(where, where["world"], 80)
