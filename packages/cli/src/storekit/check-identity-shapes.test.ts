import { expect, test } from "vitest";
import { checkIdentityShapes } from "./check-identity-shapes.ts";

const SOUND = {
  keyId: "2X9R4HXF34",
  issuerId: "57246542-96fe-1a63-e053-0824d011072a",
  bundleId: "com.example.app-2",
};

test.each([
  ["nothing of what is sound", {}, []],
  [
    "nothing of a shorter key id, or an issuer id in capitals",
    { keyId: "MXT7", issuerId: SOUND.issuerId.toUpperCase() },
    [],
  ],
  ["an unusual key id", { keyId: "A-B" }, ["KEY_ID_INVALID warning"]],
  ["a key id with a space", { keyId: "nope nope" }, ["KEY_ID_INVALID error"]],
  ["an issuer id that is no UUID", { issuerId: "nope" }, ["ISSUER_ID_INVALID error"]],
  ["a bundle id with a space", { bundleId: "bad id" }, ["BUNDLE_ID_INVALID error"]],
  [
    "all of them",
    { keyId: " ", issuerId: "", bundleId: "" },
    ["KEY_ID_INVALID error", "ISSUER_ID_INVALID error", "BUNDLE_ID_INVALID error"],
  ],
])("checkIdentityShapes() tells %s", (_, ids, expected) => {
  const problems = checkIdentityShapes({ ...SOUND, ...ids });
  expect(problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual(expected);
});
