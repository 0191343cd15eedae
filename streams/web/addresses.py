"""From where somebody asks."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

V6_BITS = 64  # of an address: whoever has one address of IPv6 has all that begin alike

Network = IPv4Network | IPv6Network


def net_of(address: str | None) -> str:
    """Give that part of an address by which somebody is told apart from others.

    Examples
    --------
    >>> net_of("192.0.2.7"), net_of("2001:db8:1:2:3:4:5:6"), net_of("::ffff:192.0.2.7"), net_of(None)
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7', 'unknown')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), V6_BITS), strict=False))


def asked_from(request: web.Request, proxies: tuple[Network, ...]) -> str | None:
    """Give the last address in the chain of ``X-Forwarded-For`` that is no proxy of ours; those before can be made up.

    Parameters
    ----------
    request
        That came.
    proxies
        Networks of proxies whose word is taken.
    """
    chain = [part.strip() for header in request.headers.getall("X-Forwarded-For", []) for part in header.split(",")]
    address = request.remote
    while chain and _within(address, proxies):
        address = chain.pop()
    return address


def _within(address: str | None, networks: tuple[Network, ...]) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in networks)
