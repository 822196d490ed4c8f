#!/usr/bin/env python3
"""A network that goes away: passes so many bytes to an address, then nothing, and ends.

Usage: short_network.py HOST:PORT BYTES. Prints the address it listens on.
"""

import socket
import sys
import threading

host, port = sys.argv[1].rsplit(":", 1)
left = int(sys.argv[2])
lock = threading.Lock()
gone = threading.Event()
streams = []


def passed(count):
    """How many of so many bytes still pass."""
    global left
    with lock:
        count = min(count, left)
        left -= count
        if left == 0:
            gone.set()
        return count


def pump(source, sink, is_counted):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data[: passed(len(data))] if is_counted else data)
    except OSError:
        pass
    for stream in (source, sink):
        try:
            stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def accept(listener):
    while not gone.is_set():
        client, _ = listener.accept()
        server = socket.create_connection((host, int(port)))
        streams.extend((client, server))
        threading.Thread(target=pump, args=(client, server, True), daemon=True).start()
        threading.Thread(target=pump, args=(server, client, False), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
gone.wait()
listener.close()
for stream in streams:
    try:
        stream.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
