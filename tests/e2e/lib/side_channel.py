# SPDX-License-Identifier: GPL-2.0
"""Run a scene of the side channel.

    side_channel.py BACKEND SCENE

A job is printed by BACKEND, whose side channel is that of this program, which acts as
cupsd and its filters do. SCENE is one of SCENES. The exit
status is 0 if the backend answered as the scene says. The standard error of the backend
is in the file "err".
"""
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

OK, IO_ERROR, NOT_IMPLEMENTED = 1, 2, 7
RESET, DRAIN, BIDI, ID, STATE, SNMP, NEXT, CONNECTED = range(1, 9)
TRY_ALLOCATE = 0xd703   # PARBITER_TRY_ALLOCATE

ours, theirs = socket.socketpair()
ours.settimeout(60)

def start():
    """Start the backend with a job whose data write() sends."""
    # Descriptors 3 and 4 are those of cupsd: the back channel and the side channel.
    def move():
        os.dup2(theirs.fileno(), 14)
        os.dup2(14, 4)
        os.set_inheritable(4, True)
        os.close(14)
    errors = open("err", "wb")
    return subprocess.Popen([sys.argv[1], "1", "alice", "title", "1", ""],
                            stdin=subprocess.PIPE, stderr=errors,
                            preexec_fn=move, close_fds=False)


def ask(command, data=b""):
    """Send a request on the side channel."""
    ours.sendall(struct.pack(">BBH", command, 0, len(data)) + data)


def answer():
    """Return command, status and data of the next answer."""
    message = ours.recv(4096)
    return message[0], message[1], message[4:]


def request(command, data=b""):
    """Send a request and return the answer to it."""
    ask(command, data)
    return answer()


def check(got, want):
    """End the scene if the two values differ."""
    if got != want:
        sys.exit(f"# line {sys._getframe(1).f_lineno}: {got!r}, not {want!r}")


def vport(command):
    """Give a command to the virtual ports and return what they answer."""
    with open("/dev/parbiter-vport", "r+b", buffering=0) as device:
        device.write(command.encode())
        return device.read() or b""


def write(data):
    """Send data of the job."""
    job.stdin.write(data)
    job.stdin.flush()


def until(condition):
    """Wait until the condition is true, for at most 30 s."""
    limit = time.monotonic() + 30
    while not condition():
        if time.monotonic() > limit:
            sys.exit(f"# line {sys._getframe(1).f_lineno}: never came true")
        time.sleep(0.05)


def told(text):
    """Return whether the backend has written this on standard error."""
    with open("err", "rb") as errors:
        return text in errors.read()


def unread():
    """Return how many bytes of ours the backend has not read yet."""
    return struct.unpack("i", fcntl.ioctl(ours, termios.TIOCOUTQ, bytes(4)))[0]


def answers():
    """Each request is answered, before the port is used and afterwards."""
    check(request(BIDI), (BIDI, OK, b"\0"))
    check(request(ID), (ID, OK, b"MFG:ACME;MDL:Laser;CLS:PRINTER;"))
    check(request(SNMP, b".1.3.6.1\0"), (SNMP, NOT_IMPLEMENTED, b""))
    check(request(NEXT, b".1.3.6.1\0"), (NEXT, NOT_IMPLEMENTED, b""))
    check(request(STATE), (STATE, OK, b"\2"))
    # A filter repeats this until the answer is yes, before it writes anything.
    until(lambda: request(CONNECTED) == (CONNECTED, OK, b"\1"))
    check(request(STATE), (STATE, OK, b"\1"))
    vport("status 0 78")
    check(request(STATE)[2], b"\x23")
    vport("status 0 48")
    check(request(STATE)[2], b"\2")
    vport("status 0 d0")
    check(request(STATE)[2], b"\5")
    vport("status 0 d8")
    write(b"text")


def in_line():
    """Requests are answered while the backend waits for the port."""
    check(request(CONNECTED), (CONNECTED, OK, b"\0"))
    check(request(ID)[1], OK)
    write(b"text")
    os.close(holder)
    until(lambda: request(CONNECTED) == (CONNECTED, OK, b"\1"))


def has_no_id():
    """Nobody reads the device ID while a job is printed."""
    until(lambda: request(CONNECTED) == (CONNECTED, OK, b"\1"))
    check(request(ID), (ID, NOT_IMPLEMENTED, b""))
    write(b"text")


def drains():
    """The answer to a drain comes when the printer has all data."""
    write(b"one, ")
    check(request(DRAIN), (DRAIN, OK, b""))
    check(vport("received 0"), b"one, ")
    write(b"two")
    check(request(DRAIN), (DRAIN, OK, b""))
    check(vport("received 0"), b"one, two")
    # The printer is out of paper: nothing is drained yet.
    vport("status 0 78")
    write(b", three")
    ask(DRAIN)
    until(lambda: told(b"+media-empty-warning"))
    check(vport("received 0"), b"one, two")
    vport("status 0 d8")
    check(answer(), (DRAIN, OK, b""))
    check(vport("received 0"), b"one, two, three")


def drains_in_vain():
    """A drain fails if the port goes away."""
    write(b"x" * 1000)
    vport("peripheral 0 printer stall=100")
    ask(DRAIN)
    until(lambda: vport("received-count 0").strip() == b"100")
    vport("remove 0")
    check(answer(), (DRAIN, IO_ERROR, b""))


def resets():
    """A reset drops what the printer does not have, and pulls its line."""
    vport("status 0 78")
    until(lambda: request(CONNECTED) == (CONNECTED, OK, b"\1"))
    # More than one block: the rest is still in the pipe.
    write(b"dropped" * 1000)
    until(lambda: told(b"+media-empty-warning"))
    vport("reset 0")
    check(request(RESET), (RESET, OK, b""))
    vport("status 0 d8")
    lines = [int(line.split()[2], 16) & 4 for line in vport("trace 0").splitlines()
             if line.startswith(b"W ctrl")]
    # A last try to print may have written the line, high, before the reset.
    check([a for a, b in zip([4] + lines, lines + [None]) if a != b], [4, 0, 4])
    write(b"text")


def resets_first():
    """A reset before the first byte drops what is in the pipe."""
    write(b"dropped" * 1000)
    check(request(RESET), (RESET, OK, b""))
    write(b"text")


def cancelled():
    """A job that is cancelled says that nothing was drained."""
    vport("status 0 78")
    write(b"text")
    ask(DRAIN)
    until(lambda: told(b"+media-empty-warning"))
    job.terminate()
    check(answer(), (DRAIN, IO_ERROR, b""))
    vport("status 0 d8")


def cancelled_in_line():
    """So does a job that is cancelled before it has the port."""
    global job
    ask(DRAIN)
    until(lambda: told(b"printer is in use"))
    job.terminate()
    check(answer(), (DRAIN, IO_ERROR, b""))
    check(job.wait(60), 0)
    # A request that the backend has not read yet
    job = start()
    until(lambda: told(b"STATE"))
    job.send_signal(signal.SIGSTOP)
    ask(CONNECTED)
    job.terminate()
    job.send_signal(signal.SIGCONT)
    check(answer(), (CONNECTED, OK, b"\0"))


def closes():
    """A filter that closes the channel, or writes nonsense, stops nothing."""
    global ours
    ours.sendall(b"\0\0\0\0")
    until(lambda: unread() == 0)
    check(request(BIDI), (BIDI, OK, b"\0"))
    theirs.close()
    ours.close()
    write(b"text")


SCENES = {scene.__name__: scene for scene in (
    answers, in_line, has_no_id, drains, drains_in_vain, resets, resets_first, cancelled,
    cancelled_in_line, closes)}
scene = sys.argv[2]
if scene.endswith("in_line"):
    # Another program owns the port.
    holder = os.open("/dev/parbiter0", os.O_RDWR)
    fcntl.ioctl(holder, TRY_ALLOCATE)
job = start()
SCENES[scene]()
job.stdin.close()
check(job.wait(60), 1 if scene == "drains_in_vain" else 0)
