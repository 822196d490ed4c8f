"""tuspy, as anyone would use it: announces a file, loses its connection in the middle of a body, and goes on from what the agency kept.

Environment: AGENCY (http://…), TOKEN, FILE, DIGEST. Prints `cut at N of M, then whole`.
"""

import os
import socket
import threading
from urllib.parse import urlparse

from tusclient import client, exceptions

AGENCY, TOKEN, FILE, DIGEST = (os.environ[name] for name in ("AGENCY", "TOKEN", "FILE", "DIGEST"))
SIZE = os.path.getsize(FILE)
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def carry(source, sink, budget):
    """Carries bytes until `budget` of them went through, then closes both ways."""
    try:
        while budget > 0 and (piece := source.recv(min(65536, budget))):
            sink.sendall(piece)
            budget -= len(piece)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()


def cutting_line(address, budget):
    """A port of ours: each connection to it reaches the agency, and is cut after `budget` bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            ours, _ = listener.accept()
            theirs = socket.create_connection(address)
            threading.Thread(target=carry, args=(ours, theirs, budget), daemon=True).start()
            threading.Thread(target=carry, args=(theirs, ours, 1 << 40), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return "http://127.0.0.1:%d" % listener.getsockname()[1]


agency = urlparse(AGENCY)
line = cutting_line((agency.hostname, agency.port), SIZE // 2)
cut = client.TusClient(f"{line}/v1/files", headers=HEADERS).uploader(FILE, metadata={"digest": DIGEST})
try:
    cut.upload()
    raise SystemExit("it was whole before it could be cut")
except (exceptions.TusCommunicationError, exceptions.TusUploadFailed, OSError):
    pass

# As after a new start: only the address of the upload is known.
resumed = client.TusClient(f"{AGENCY}/v1/files", headers=HEADERS).uploader(
    FILE, url=f"{AGENCY}/v1/files/{DIGEST}", retries=10, retry_delay=1, chunk_size=256 * 1024
)
first = resumed.offset
resumed.upload()
assert resumed.offset == SIZE, (resumed.offset, SIZE)
print(f"cut at {first} of {SIZE}, then whole")
