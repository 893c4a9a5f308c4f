"""Checks of ports: whether they are free, and which process uses them."""

import socket

import psutil


def free(port: int) -> bool:
    """Returns whether a server could listen on the loopback port."""
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT counts as free, a port with a listener does not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """Returns which process listens on the port, as ` by java (pid 123)`; empty if unknown."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})" if connection.pid else ""
    except psutil.Error:  # on macOS only root may list connections; or the process has just exited
        pass
    return ""


def answers(port: int, seconds: float = 1) -> bool:
    """Returns whether something accepts connections on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), seconds).close()
    except OSError:
        return False
    return True
