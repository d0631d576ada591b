"""Which IP addresses are of the open internet."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NAT64, LOCAL_NAT64 = IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48")
"""Where an address of IPv4 stands in one of IPv6: of anywhere (RFC 6052), of one network (RFC 8215)."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also where it stands for one of IPv4."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _ipv4_inside(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(ip, IPv6Address) and (ip.is_site_local or ip in LOCAL_NAT64):
        return False
    return ip.is_global and not ip.is_multicast


def _ipv4_inside(ip: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that this one is another spelling of, or a tunnel to."""
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    tunnel = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (tunnel[1] if tunnel else None)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    return ip_address(address.partition("%")[0]).is_loopback
