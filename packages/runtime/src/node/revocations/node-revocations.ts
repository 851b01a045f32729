import { createHash } from "node:crypto";
import { chainOf } from "@holdfast/appstore/revocation";
import type { ChainText } from "@holdfast/appstore/revocation";
import type { RevocationLookup, RevocationStatus } from "@holdfast/appstore/signed-data";
import type { ControlAccess } from "../../control-link/control-http.ts";
import type { HmacKey } from "../../ports/cryptography.ts";
import { createHeldRevocations } from "../../publications/held-revocations.ts";
import { SYSTEM_TIMES } from "../control-follower/follower-times.ts";
import type { FollowerTimes } from "../control-follower/follower-times.ts";
import { keepValue } from "../kept-value.ts";
import { createRevocationClient } from "./revocation-client.ts";
import type { RevocationClient } from "./revocation-client.ts";

/** What a host knows of revoked certificates. */
export interface NodeRevocations {
  /** For `createRuntime({ revocations })`. Reads what is in memory. */
  readonly lookup: RevocationLookup;
  /** Has the chain of a verified request asked about, where that was not done today. Returns at once. */
  note(signedPayload: string): void;
  /** How often verification found what, since the start. */
  counts(): Readonly<Record<RevocationStatus, number>>;
  /** What health says of it; undefined where there is nothing to say. */
  warning(): string | undefined;
  /** Stops following control, and resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** What they are opened with. */
export interface NodeRevocationsOptions {
  /** `RuntimeKeys.revocationRecords`. */
  readonly key: HmacKey;
  /** Where the last list is kept over a restart. */
  readonly copyPath: string;
  /** Who asks the responders; without one nothing is ever known. */
  readonly control?: ControlAccess | undefined;
  /** Called once when the list cannot be read, kept or reported to any more. Must not throw. */
  readonly onProblem: (error: unknown) => void;
  /** How often the list is read and chains are reported, ms; default a minute. */
  readonly refreshMs?: number;
  readonly times?: FollowerTimes;
}

const REFRESH_MS = 60_000;

/** How often a chain in use is reported, ms: control forgets those nobody reports for two months. */
const REPORT_AGAIN_MS = 24 * 60 * 60 * 1000;

/** Chains that wait to be reported; Apple signs under a handful. */
const MAX_WAITING = 16;

/** Opens what was kept before and follows control, if there is one. */
export async function openNodeRevocations(
  options: NodeRevocationsOptions,
): Promise<NodeRevocations> {
  const { control, copyPath, refreshMs = REFRESH_MS, times = SYSTEM_TIMES } = options;
  const counts = { good: 0, revoked: 0, unknown: 0, stale: 0 };
  const reportedAt = new Map<string, number>();
  const waiting = new Map<string, ChainText>();
  const closing = new AbortController();
  const { signal } = closing;
  let isWanted = false;
  let isFailing = false;

  function onProblem(error: unknown): void {
    if (!isFailing && !signal.aborted) options.onProblem(error);
    isFailing = true;
  }

  const held = createHeldRevocations({
    key: options.key,
    now: () => times.now(),
    onStatus(status, { leafSha256 }) {
      counts[status] += 1;
      // The request that made us look is noted after its answer.
      if (status !== "revoked" && isToReport(leafSha256)) isWanted = control !== undefined;
    },
  });
  const kept = keepValue({
    copyPath,
    accept: (text) => held.install(text),
    onRefused: onProblem,
    onNotKept: onProblem,
  });

  function isToReport(leafSha256: string): boolean {
    return times.now() - (reportedAt.get(leafSha256) ?? -Infinity) > REPORT_AGAIN_MS;
  }

  async function follow(client: RevocationClient): Promise<void> {
    while (!signal.aborted) {
      try {
        const text = await client.read(signal);
        if (text !== undefined) await kept.offer(text);
        for (const [leaf, chain] of waiting) {
          await client.report(chain, signal);
          waiting.delete(leaf);
        }
        isFailing = false;
      } catch (error) {
        onProblem(error);
      }
      await times.wait(refreshMs, signal);
    }
  }

  await kept.restore();
  const following =
    control === undefined ? Promise.resolve() : follow(createRevocationClient(control));
  return {
    lookup: held.lookup,
    note(signedPayload) {
      if (!isWanted) return;
      isWanted = false;
      const chain = chainOf(signedPayload);
      const leaf = createHash("sha256").update(chain.leaf, "base64").digest("hex");
      if (!isToReport(leaf) || waiting.size >= MAX_WAITING) return;
      reportedAt.set(leaf, times.now());
      waiting.set(leaf, chain);
    },
    counts: () => ({ ...counts }),
    warning: () => held.warning(),
    async close() {
      closing.abort();
      await following;
    },
  };
}
