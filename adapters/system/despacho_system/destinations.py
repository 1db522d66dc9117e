"""Where the hub calls accounts' providers: everywhere on the internet, and nowhere else unless its operator says so.

Merchants type addresses of providers into forms, and on a hub that many shops share no shop may reach what stands beside the hub: its
database, its neighbours, the machine's own cloud services (server-side request forgery). A name proves nothing, since whoever owns it
decides what it resolves to, and may decide otherwise a second later. So the addresses that a name resolves to are looked at when the
connection is made, and the connection goes to one of those that were looked at.

The blocks are those of IANA's registries of special-purpose addresses (RFC 6890), written out here because what :mod:`ipaddress` calls
global differs between Python's patch releases.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import msgspec

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GIVEN_OUT = IPv6Network("2000::/3")
"""All of IPv6 that is given out to somebody (RFC 4291 2.4)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""An IPv4 address within an IPv6 one (RFC 6052), as networks without IPv4 see the rest of the world."""
_CLOSED = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a provider's customers; clouds keep services there
        "127.0.0.0/8",
        "168.63.129.16/32",  # public in form only: the host of every machine at Azure, which hands out its configuration
        "169.254.0.0/16",  # the link, and the configuration of machines at most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # for examples, as two below
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # for many at once
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)


class Destinations(msgspec.Struct, frozen=True):
    """What an operator allows beyond the internet.

    Attributes:
        networks: Networks that may be called.
        places: The same for single places: host, as it is written, and port.
    """

    networks: tuple[Network, ...] = ()
    places: frozenset[tuple[str, int]] = frozenset()

    def allowed(self, host: str, port: int, address: str) -> bool:
        """Whether one of a host's addresses may be called."""
        if (host, port) in self.places or is_public(address):
            return True
        found = real_address(address)
        return any(found in network for network in self.networks)


def is_public(address: str) -> bool:
    """Whether an address lies on the internet: neither private, of this machine, of this link, reserved nor for many at once."""
    found = real_address(address)
    if isinstance(found, IPv6Address) and found not in _GIVEN_OUT:
        return False
    return not any(found in block for block in _CLOSED)


def real_address(address: str) -> Address:
    """The address that is reached in the end: an IPv4 address that stands within an IPv6 one is taken out of it.

    Raises:
        ValueError: It is no address.
    """
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return found
    within = found.ipv4_mapped or found.sixtofour
    if within is None and found in _NAT64:
        within = IPv4Address(int(found) & 0xFFFFFFFF)
    return within or found
