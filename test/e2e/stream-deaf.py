"""`python3 stream-deaf.py PORT TOKEN COUNT`: as many clients of the live stream that do not read, and for which the
network holds little (Node cannot ask for that). Prints `ready`; on SIGTERM they read at last, and what each finds is
printed as JSON: its bytes, and whether the box had cut it off."""

import json, signal, socket, sys

port, token, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
request = f"GET /coocenter-api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n\r\n"


def connect():
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.connect(("127.0.0.1", port))
    client.sendall(request.encode())
    return client


def read(client):
    # Without a byte for so long, nothing more comes.
    client.settimeout(1)
    total, ended = 0, False
    try:
        while not ended:
            got = len(client.recv(65536))
            total += got
            ended = got == 0
    except ConnectionResetError:
        ended = True
    except TimeoutError:
        pass
    return {"bytes": total, "isCut": ended}


# Blocked, it waits until it is asked for.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
clients = [connect() for _ in range(count)]
print("ready", flush=True)
signal.sigwait([signal.SIGTERM])
print(json.dumps([read(client) for client in clients]), flush=True)
