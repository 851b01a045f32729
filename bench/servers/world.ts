import { readFileSync } from "node:fs";
import type { Server } from "node:http";

/** What every server under comparison knows: one app, one key, one offer, one chain. */
export interface BenchWorld {
  readonly app: string;
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly keyId: string;
  readonly issuerId: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** The root the requests are signed under, PEM. */
  readonly rootPem: string;
  readonly productId: string;
  readonly offerIdentifier: string;
  readonly messageIdentifier: string;
  /** Where traces can be sent. */
  readonly tracesUrl: string;
  /** A directory for whatever a server keeps. */
  readonly directory: string;
}

/** The world of this run, from the file the benchmark wrote. */
export const world: BenchWorld = JSON.parse(readFileSync(process.env["BENCH_WORLD"] ?? "", "utf8"));

/** Listens on a free port of this machine and tells the parent which. */
export function listening(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
  });
}

// The benchmark ends its servers by letting go of them.
process.on("disconnect", () => process.exit());

// The benchmark asks how much processor time was used, which other processes on the machine do not change.
process.on("message", (message) => {
  if (message !== "cpu") return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
