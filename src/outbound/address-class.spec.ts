import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-class.js';

describe('an address that a stranger may name', () => {
  it.each([
    ['8.8.8.8', 'a name server'],
    ['93.184.216.34', 'a site'],
    ['172.15.255.255', 'just below a private range'],
    ['172.32.0.0', 'just above it'],
    ['100.63.255.255', 'just below the carriers’ range'],
    ['100.128.0.0', 'just above it'],
    ['2606:4700::1111', 'a site by IPv6'],
    ['::ffff:8.8.8.8', 'a public one, IPv4-mapped'],
    ['64:ff9b::808:808', 'a public one, by NAT64'],
  ])('%s: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('an address that is refused', () => {
  it.each([
    ['0.0.0.0', 'this machine'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'behind a carrier’s NAT'],
    ['100.100.100.200', 'a cloud’s metadata'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'a cloud’s metadata'],
    ['168.63.129.16', 'a cloud’s metadata that looks public'],
    ['192.0.0.192', 'a cloud’s metadata'],
    ['192.0.2.1', 'documentation'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['198.18.0.1', 'benchmarks'],
    ['192.88.99.1', 'a 6to4 relay'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['240.0.0.1', 'never given out'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'loopback, IPv4-mapped'],
    ['::ffff:10.1.2.3', 'private, IPv4-mapped'],
    ['::ffff:169.254.169.254', 'metadata, IPv4-mapped'],
    ['::ffff:0:127.0.0.1', 'loopback, translated'],
    ['64:ff9b::7f00:1', 'loopback, by NAT64'],
    ['64:ff9b::a9fe:a9fe', 'metadata, by NAT64'],
    ['64:ff9b:1::808:808', 'a NAT64 of somebody’s own'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:53aa:64c::1', 'Teredo'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local on an interface'],
    ['2606:4700::1111%eth0', 'whatever has an interface'],
    ['fec0::1', 'site-local'],
    ['fc00::1', 'unique-local'],
    ['fd00:ec2::254', 'metadata by IPv6'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['100::1', 'discarded'],
    ['4000::1', 'not given out yet'],
    ['not an address', 'nothing'],
    ['', 'nothing'],
  ])('%s: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
