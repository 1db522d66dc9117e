"""What lies on the internet and what beside the hub: merchants name addresses, and none may lead inside."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_system.destinations import Destinations, is_public

INSIDE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.5.4", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "192.0.0.192", "192.88.99.1", "198.18.0.1", "198.51.100.2", "192.0.2.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.1.2.3", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "2001:db8::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1", "100::1", "5f00::1", "3fff::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "200.27.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_on_the_internet_is_not_called(address: str) -> None:
    assert not is_public(address)
    assert not Destinations().allowed("carrier.example", 443, address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_internet_is_called(address: str) -> None:
    assert Destinations().allowed("carrier.example", 443, address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(address: IPv4Address) -> None:
    number = int(address)
    clothed = [IPv6Address((0xFFFF << 32) + number), IPv6Address((0x64FF9B << 96) + number)]
    assert {is_public(str(one)) for one in clothed} == {is_public(str(address))}


@given(st.ip_addresses())
def test_what_python_knows_to_be_private_is_never_public(address: IPv4Address | IPv6Address) -> None:
    special = [
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_unspecified,
    ]
    inner = isinstance(address, IPv6Address) and (address.sixtofour or address.ipv4_mapped)
    assert inner or not (any(special) and is_public(str(address)))


def test_an_operator_opens_networks_with_all_ports() -> None:
    opened = Destinations(networks=(ip_network("10.20.0.0/16"), ip_network("fd12::/16")))
    assert opened.allowed("erp.internal", 8443, "10.20.3.4")
    assert opened.allowed("erp.internal", 80, "fd12::5")
    assert opened.allowed("erp.internal", 80, "::ffff:10.20.3.4")
    assert not opened.allowed("erp.internal", 8443, "10.21.0.1")


def test_an_operator_opens_a_place_and_neither_its_neighbour_nor_its_other_ports() -> None:
    opened = Destinations(places=frozenset({("127.0.0.1", 9900)}))
    assert opened.allowed("127.0.0.1", 9900, "127.0.0.1")
    assert not opened.allowed("127.0.0.1", 6379, "127.0.0.1")
    assert not opened.allowed("localhost", 9900, "127.0.0.1")
