import type { Problem } from "./check-values.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @see https://developer.apple.com/documentation/bundleresources/information-property-list/cfbundleidentifier */
const BUNDLE_ID = /^[A-Za-z0-9.-]+$/;

/**
 * Checks that ids look like Apple's: a typing mistake is cheaper to find here than in a 401. What a key
 * id is made of is UNCONFIRMED (those seen are letters and digits), so that is a warning.
 */
export function checkIdentityShapes(ids: {
  readonly keyId: string;
  readonly issuerId: string;
  readonly bundleId: string;
}): readonly Problem[] {
  const { keyId, issuerId, bundleId } = ids;
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9]+$/.test(keyId)) {
    const severity = /\s/.test(keyId) ? "error" : "warning";
    const message = "expected letters and digits, like 2X9R4HXF34";
    problems.push({ code: "KEY_ID_INVALID", severity, message, path: ["--key-id"] });
  }
  if (!UUID.test(issuerId)) {
    const message =
      "expected a UUID, like 57246542-96fe-1a63-e053-0824d011072a: the issuer ID beside the key in App Store Connect";
    problems.push({ code: "ISSUER_ID_INVALID", severity: "error", message, path: ["--issuer-id"] });
  }
  if (!BUNDLE_ID.test(bundleId)) {
    const message = "expected letters, digits, dots and hyphens, like com.example.app";
    problems.push({ code: "BUNDLE_ID_INVALID", severity: "error", message, path: ["--bundle-id"] });
  }
  return problems;
}
