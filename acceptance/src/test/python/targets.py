"""What functions must not reach, on this machine and beside it: made by the test, which reaches it itself."""

import contextlib
import ctypes
import http.server
import json
import os
import pwd
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
import uuid
from pathlib import Path

ROOT = os.getuid() == 0
libc = ctypes.CDLL(None, use_errno=True)


def started(pid):
    """When: with the number, what tells a process from all others."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]


class Machine:
    """Files, services, sockets and memory of the machine, all with one secret in them."""

    def __init__(self):
        self.secret, self.mark = uuid.uuid4().hex, "m" + uuid.uuid4().hex[:8]
        self.made, self.ends = [], contextlib.ExitStack()

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="boda-attempts-"))
        self.folder.chmod(0o755)
        self.tmp_secret = self.folder / "secret"
        self.tmp_secret.write_text(self.secret)
        self.home_secret = self.tmp_secret
        self.marked = [folder for folder in ("/etc", "/home", "/srv", "/mnt", "/opt", "/var/lib", "/run", "/var/tmp",
                                             "/dev/shm", "/tmp", "/var/log", "/root") if self.file(Path(folder, self.mark))]
        self.mounts()
        self.memory()
        self.services()
        return self

    def __exit__(self, *_):
        self.ends.close()
        for path in self.made:
            with contextlib.suppress(OSError):
                path.unlink()
        subprocess.run(["rm", "-rf", str(self.folder)])

    def file(self, path, content=None):
        try:
            path.write_text(content or self.secret)
        except OSError:
            return False
        path.chmod(0o644)
        self.made.append(path)
        return True

    def keep_a_secret_at_home(self, home, user=None):
        """A file that only the server's user may read."""
        self.home_secret = home / f"boda-attempt-{self.mark}"
        assert self.file(self.home_secret)
        self.home_secret.chmod(0o600)
        if user:
            os.chown(self.home_secret, user.pw_uid, user.pw_gid)

    def mounts(self):
        if ROOT:
            folder = self.folder / f"mount-{self.mark}"
            folder.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "none", str(folder)], check=True)
            self.ends.callback(subprocess.run, ["umount", "--lazy", str(folder)])

    def memory(self):
        self.shared_memory = self.mark
        self.key = random.randrange(1, 1 << 30)
        segment = libc.shmget(self.key, 4096, 0o1666)
        assert segment >= 0
        libc.shmat.restype = ctypes.c_void_p
        ctypes.memmove(libc.shmat(segment, None, 0), self.secret.encode(), 32)
        self.ends.callback(libc.shmctl, segment, 0, None)
        self.queue = "/boda-" + self.mark
        queue = libc.mq_open(self.queue.encode(), os.O_CREAT | os.O_RDWR, 0o666, None)
        assert queue >= 0
        self.ends.callback(libc.mq_unlink, self.queue.encode())
        self.ends.callback(os.close, queue)

    def services(self):
        self.loopback = self.http(("127.0.0.1", 0), socket.AF_INET)
        self.everywhere = self.http(("::", 0), socket.AF_INET6)
        self.datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.datagrams.bind(("::", 0))
        self.serve(self.datagrams, self.answer_datagrams)
        self.abstract = "machine-" + self.mark
        self.unix("\0" + self.abstract)
        self.socket_files = [path for path in (f"/tmp/{self.mark}.sock", f"/run/{self.mark}.sock") if self.unix(path)]

    def http(self, address, family):
        secret = self.secret.encode()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(secret)))
                self.end_headers()
                self.wfile.write(secret)

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            address_family, daemon_threads = family, True

            def server_bind(self):
                if family == socket.AF_INET6:
                    self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                super().server_bind()

        listener = Listener(address, Answer)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.ends.callback(listener.server_close)
        self.ends.callback(listener.shutdown)
        return listener.server_address[1]

    def answer_datagrams(self, listener):
        _, sender = listener.recvfrom(100)
        listener.sendto(self.secret.encode(), sender)

    def unix(self, address):
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(address)
        except OSError:
            listener.close()
            return False
        if not address.startswith("\0"):
            os.chmod(address, 0o777)
            self.made.append(Path(address))
        listener.listen()
        self.serve(listener, self.answer_connection)
        return True

    def answer_connection(self, listener):
        connection, _ = listener.accept()
        with connection:
            connection.sendall(self.secret.encode())

    def serve(self, listener, answer):
        def serving():
            while True:
                try:
                    answer(listener)
                except OSError:
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=serving, daemon=True).start()
        self.ends.callback(listener.close)

    def addresses(self):
        """The machine's own ones; of a link alone those that need no name of the link."""
        links = json.loads(subprocess.run(["ip", "-json", "address"], capture_output=True, check=True).stdout)
        return [address["local"] for link in links for address in link["addr_info"]
                if address["scope"] == "global" and not address.get("tentative")]

    def known(self):
        users = [user.pw_name for user in pwd.getpwall() if user.pw_name not in ("root", "nobody")]
        device = os.stat("/").st_dev
        return {
            "secret": self.secret, "mark": self.mark, "tmp_secret": str(self.tmp_secret),
            "home_secret": str(self.home_secret), "marked_folders": self.marked, "users": users,
            "shared_memory": self.shared_memory, "shared_memory_key": self.key, "message_queue": self.queue[1:],
            "loopback_port": self.loopback, "everywhere_port": self.everywhere,
            "datagram_port": self.datagrams.getsockname()[1], "host_addresses": self.addresses(),
            "abstract": self.abstract, "socket_files": self.socket_files, "host_name": os.uname().nodename,
            "disk": [os.major(device), os.minor(device)], "pid_namespace": os.readlink("/proc/self/ns/pid"),
        }


SERVE = """
import http.server, socket, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(sys.argv[1].encode())
    def log_message(self, *_):
        pass
class Listener(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Listener(("::", 80), Answer).serve_forever()
"""


class Elsewhere:
    """Another network namespace behind this machine: the metadata address, private addresses, and one of the world."""

    METADATA = ["169.254.169.254", "169.254.170.2", "fd00:ec2::254"]
    PRIVATE = ["10.211.7.9", "172.29.7.9", "192.168.211.9"]
    HOST, WORLD = "198.51.100.1", "198.51.100.2"
    HOST_6, WORLD_6 = "2001:db8:b0da::1", "2001:db8:b0da::2"

    def __init__(self, secret):
        self.secret, self.name, self.link = secret, "boda-elsewhere", "boda-elsewhere"

    def __enter__(self):
        # What a run left that was killed.
        self.remove()
        try:
            self.make()
        except BaseException:
            self.remove()
            raise
        return self

    def make(self):
        def ip(line):
            done = subprocess.run(["ip", *line.split()], capture_output=True, text=True)
            assert done.returncode == 0, f"ip {line}: {done.stderr}"

        ip(f"netns add {self.name}")
        ip(f"link add {self.link} type veth peer name far netns {self.name}")
        ip(f"address add {self.HOST}/30 dev {self.link}")
        ip(f"address add {self.HOST_6}/64 dev {self.link} nodad")
        ip(f"link set {self.link} up")
        inside = f"-n {self.name}"
        for line in ("link set lo up", f"address add {self.WORLD}/30 dev far", f"address add {self.WORLD_6}/64 dev far nodad",
                     "link set far up", f"-6 route add default via {self.HOST_6}", f"route add default via {self.HOST}"):
            ip(f"{inside} {line}")
        for address in self.METADATA + self.PRIVATE:
            if ":" in address:
                ip(f"{inside} address add {address}/128 dev far nodad")
                ip(f"-6 route add {address}/128 via {self.WORLD_6}")
            else:
                ip(f"{inside} address add {address}/32 dev lo")
                ip(f"route add {address}/32 via {self.WORLD}")
        self.listener = subprocess.Popen(
            ["ip", "netns", "exec", self.name, sys.executable, "-c", SERVE, self.secret], stdin=subprocess.DEVNULL)
        for address in (self.WORLD, *self.METADATA, *self.PRIVATE):
            assert self.answers(address) == self.secret

    def answers(self, address):
        host = f"[{address}]" if ":" in address else address
        for _ in range(50):
            try:
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                return opener.open(f"http://{host}/", timeout=1).read().decode()
            except OSError as error:
                last = error
                threading.Event().wait(0.1)
        raise AssertionError(f"{address}: {last}")

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        left = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True).stdout.split()
        for pid in left:
            os.kill(int(pid), signal.SIGKILL)
        if hasattr(self, "listener"):
            self.listener.wait()
        subprocess.run(["ip", "link", "delete", self.link], capture_output=True)
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)

    def known(self):
        return {"metadata": self.METADATA, "private": self.PRIVATE, "world": self.WORLD}


class _Nowhere:
    """Without root there is no such network."""

    def known(self):
        return {"metadata": [], "private": [], "world": "198.51.100.2"}


ELSEWHERE = _Nowhere()
