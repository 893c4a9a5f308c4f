"""Ports: whether they are free, and who has them."""

import socket

import psutil


def free(port: int) -> bool:
    """Returns whether a server could listen on the loopback port."""
    with socket.socket() as probe:
        # As servers do it: a port in TIME_WAIT counts as free, one that is listened on does not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """Returns who listens on the port, as ` by java (pid 123)`, or nothing if that cannot be known."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})" if connection.pid else ""
    except psutil.Error:  # macOS tells only root; or the process has just gone
        pass
    return ""


def answers(port: int, seconds: float = 1) -> bool:
    """Returns whether something accepts connections on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), seconds).close()
    except OSError:
        return False
    return True
