import ipaddr from 'ipaddr.js';

/**
 * Is this address of the public internet, so that a stranger may name it? All else is refused, not only what is known to
 * be private: a class of addresses that somebody invents later must not be open by default.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.kind() === 'ipv4' ? isPublicV4(parsed as ipaddr.IPv4) : isPublicV6(parsed as ipaddr.IPv6);
}

function isPublicV4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !NOT_SO_PUBLIC.has(address.toString());
}

function isPublicV6(address: ipaddr.IPv6): boolean {
  // A zone names an interface of this machine.
  if (address.zoneId !== undefined) return false;
  const inside = WITH_V4_INSIDE.some((range) => address.match(range));
  if (inside) return isPublicV4(new ipaddr.IPv4(address.toByteArray().slice(-4)));
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast';
}

/** All that was ever given out. Tunnels inside it (6to4, Teredo) have classes of their own and are refused. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** IPv4-mapped, and NAT64, by which a machine with IPv6 alone reaches every IPv4 address. */
const WITH_V4_INSIDE = [ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), ipaddr.IPv6.parseCIDR('64:ff9b::/96')];
/** The metadata service of Azure's machines has an address that looks public. */
const NOT_SO_PUBLIC: ReadonlySet<string> = new Set(['168.63.129.16']);
