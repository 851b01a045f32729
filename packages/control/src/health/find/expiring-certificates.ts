import { X509Certificate } from "node:crypto";
import type { App } from "../../apps/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** How long before its end a certificate is told of, ms: 30 days. */
const AHEAD_MS = 30 * 24 * 3_600_000;

/**
 * Finds the trusted roots of an app that end within 30 days, or have ended. Of Apple's keys nothing like it
 * is known: they have no end.
 *
 * @param now - milliseconds since 1970
 */
export function findExpiringCertificates(app: App, now: number): readonly FoundCondition[] {
  return (["sandbox", "production"] as const).flatMap((environment) => {
    const roots = app.environments[environment]?.trustedRoots ?? [];
    return roots.flatMap((pem) => {
      // Checked when it was added.
      const { validToDate, fingerprint256 } = new X509Certificate(pem);
      const validUntil = validToDate.getTime();
      if (validUntil - now > AHEAD_MS) return [];
      const sha256 = fingerprint256.replaceAll(":", "").toLowerCase();
      const name = { kind: "certificate.expiring", app: app.id, environment } as const;
      return [{ ...name, subject: sha256, state: "standing", details: { sha256, validUntil } }];
    });
  });
}
