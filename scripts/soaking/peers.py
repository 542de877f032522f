"""Peers that no client of ours is: they end half of a connection, vanish, never read, send urgent data, or a byte
now and then. Each leaves its server as it was."""

import socket
import struct
import time

from .server import Failed, PATIENCE

RESET = struct.pack("ii", 1, 0)  # SO_LINGER without a wait: closing is a reset (socket(7))
PIECE = bytes(range(256)) * 16


class Trickle:
    """Connections that stay open for the whole soak, and say one byte in each turn."""

    def __init__(self, server, count=2):
        self.backend = server.backend
        self.connections = [connected(server) for _ in range(count)]

    def say(self, number):
        byte = bytes([number % 256])
        for connection in self.connections:
            connection.sendall(byte)
        for connection in self.connections:
            if connection.recv(2) != byte:
                raise Failed(f"{self.backend} does not return a byte to a peer that seldom says one")

    def close(self):
        for connection in self.connections:
            connection.close()


def connected(server):
    return socket.create_connection(server.endpoint, timeout=PATIENCE)


def half_open(server, count):
    """They send, end their direction and read to the end of the stream: all of it, and no more."""
    peers = [connected(server) for _ in range(count)]
    for peer in peers:
        peer.sendall(PIECE)
        peer.shutdown(socket.SHUT_WR)
    for peer in peers:
        back = bytearray()
        while piece := peer.recv(1 << 16):
            back += piece
        if back != PIECE:
            raise Failed(f"{server.backend} returns {len(back)} bytes of {len(PIECE)} at the end of a stream")
        peer.close()
    return count


def vanishing(server, count):
    """They are gone with a reset: while they say nothing, in mid-message, with replies that nobody read."""
    for number in range(count):
        peer = connected(server)
        if number % 3:
            peer.sendall(PIECE * (number % 3))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        peer.close()
    return count


def never_reading(server, count):
    """They send what is taken within a moment, and read nothing of what comes back."""
    peers = [connected(server) for _ in range(count)]
    end = time.monotonic() + 0.05
    for peer in peers:
        peer.setblocking(False)
    while time.monotonic() < end:
        taken = 0
        for peer in peers:
            try:
                taken += peer.send(PIECE)
            except BlockingIOError:
                pass
        if not taken:
            break
    for peer in peers:
        peer.close()
    return count


def crowd(server, count):
    """Many at once, that come and go without a word."""
    peers = [connected(server) for _ in range(count)]
    for peer in peers:
        peer.close()
    return count

def urgent(server, count):
    """They send urgent data among the other: what comes back is never more than was sent by then."""
    for _ in range(count):
        peer = connected(server)
        sent = back = 0
        for _ in range(4):
            peer.sendall(PIECE)
            peer.send(b"!", socket.MSG_OOB)
            sent += len(PIECE) + 1
        peer.shutdown(socket.SHUT_WR)
        while piece := peer.recv(1 << 16):
            back += len(piece)
        if back > sent:
            raise Failed(f"{server.backend} returns {back} bytes of {sent}, some of them urgent")
        peer.close()
    return count
