import { expect, test } from "vitest";
import { isPublicAddress } from "./public-address.ts";

test.each([
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "17.253.144.10",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "2600::1",
  "2606:4700:4700::1111",
  "3ffe::1",
])("isPublicAddress() takes %s", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["this host", "0.0.0.0"],
  ["a private network", "10.0.0.1"],
  ["a private network", "172.16.0.1"],
  ["a private network", "172.31.255.255"],
  ["a private network", "192.168.255.255"],
  ["a carrier's network", "100.64.0.1"],
  ["loopback", "127.0.0.1"],
  ["loopback", "127.255.255.254"],
  ["a cloud's metadata", "169.254.169.254"],
  ["protocol assignments", "192.0.0.170"],
  ["benchmarks", "198.19.0.1"],
  ["documentation", "203.0.113.9"],
  ["multicast", "224.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["the unspecified address", "::"],
  ["loopback", "::1"],
  ["loopback mapped", "::ffff:127.0.0.1"],
  ["a private network mapped", "::ffff:a00:1"],
  ["a public address mapped", "::ffff:1.1.1.1"],
  ["an IPv4-compatible address", "::7f00:1"],
  ["translation", "64:ff9b::7f00:1"],
  ["a unique local address", "fd00::1"],
  ["a link-local address", "fe80::1"],
  ["a link-local address with a zone", "fe80::1%eth0"],
  ["a site-local address", "fec0::1"],
  ["multicast", "ff02::1"],
  ["Teredo", "2001:0:7f00:1::1"],
  ["documentation", "2001:db8::1"],
  ["6to4", "2002:7f00:1::1"],
  ["no address", "localhost"],
  ["a number", "2130706433"],
  ["an octal form", "0177.0.0.1"],
  ["nothing", ""],
])("isPublicAddress() refuses %s: %s", (_, address) => {
  expect(isPublicAddress(address)).toBe(false);
});
