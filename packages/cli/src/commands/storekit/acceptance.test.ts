import { describe, expect, test } from "vitest";
import { startLocalApple } from "../../storekit/testing/local-apple.ts";
import { keyMaterialOf } from "../../storekit/testing/stored-keys.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, writeFiles } from "../../testing/run.ts";
import { STOREKIT_REGISTRY } from "../../storekit-registry.ts";

/*
 * What the tests of `asc`'s storekit commands hold, and where it is held here. Paths are from
 * packages/; rm stands for cli/src/commands/storekit/retention-messaging, creds for
 * cli/src/storekit/credentials.
 *
 *  1 signs StoreKit tokens                       appstore/src/retention-messaging/client
 *  2 the fourteen operations                     appstore/src/retention-messaging/client
 *  3 decodes errors and Retry-After              rm/apple-errors.test.ts, appstore/src/http
 *  4 decodes numeric error codes                 appstore/src/http
 *  5 returns what was asked for an empty 200     appstore/src/retention-messaging/client
 *  6 wants alternative texts, ≤ 5 bullets        rm/messages/messages.test.ts
 *  7 read-only refuses before sending            rm/images/images.test.ts, below
 *  8 credentials never serialise the key         creds/credential-store.test.ts
 *  9 life of a credential in a configuration     creds/credential-store.test.ts
 * 10 active configuration before keychain        creds/credential-store.test.ts
 * 11 global where local has no keys              creds/credential-store.test.ts
 * 12 global before keychain                      creds/credential-store.test.ts
 * 13 an unsound fallback is told                 creds/credential-store.test.ts
 * 14 default is set where the credential is      creds/credential-store.test.ts
 * 15 removal reaches the global fallback         creds/credential-store.test.ts
 * 16 removing all clears local and global        creds/credential-store.test.ts
 * 17 pictures: valid, wrong size, transparent    rm/images/images.test.ts
 * 18 waiting fails when Apple says FAIL          rm/performance/performance.test.ts
 * 19 a profile ignores half a key in variables   creds/resolve-credentials.test.ts
 * 20 … unless authentication is strict           creds/resolve-credentials.test.ts
 * 21 half a key without a profile is refused     creds/resolve-credentials.test.ts
 * 22 the command tree                            below
 * 23 the environment is required                 below
 * 24 deletions want --confirm                    below
 * 25 messages list                               rm/messages/messages.test.ts
 * 26 login stores a profile of its own           auth/auth.test.ts
 * 27 status validates the environment's key      auth/auth.test.ts
 * 28 messages upload                             rm/messages/messages.test.ts
 * 29 waiting ends with an error for FAIL         rm/performance/performance.test.ts
 * 30 wrong values are misuse                     below
 * 31 the binary's exit code for misuse           e2e/storekit.test.ts
 * 32 exit code 1 for whatever Apple refuses      rm/apple-errors.test.ts
 *
 * What is not tested there: Retry-After as it is shown (rm/apple-errors), polling through failures
 * (rm/performance, rm/messages), upload timeouts (rm/images), tables of every command (rm/*),
 * Base64 that is none (creds/resolve-credentials), doctor, switch and logout (auth/auth.test.ts),
 * palettes, tRNS and opaque alpha (rm/images).
 */

const RETENTION = "storekit retention-messaging";
const UUID = "11111111-1111-4111-8111-111111111111";

/** Every leaf below retention-messaging that `asc` has, with what it cannot do without. */
const LEAVES = [
  "images list",
  `images upload --image-id ${UUID} --file full.png`,
  `images delete --image-id ${UUID} --confirm`,
  "messages list",
  `messages upload --message-id ${UUID} --file text.json`,
  `messages delete --message-id ${UUID} --confirm`,
  "defaults view --product-id p --locale en-US",
  `defaults set --product-id p --locale en-US --message-id ${UUID}`,
  "defaults delete --product-id p --locale en-US --confirm",
  "endpoint view",
  "endpoint set --url https://a.example.com/",
  "endpoint delete --confirm",
  "performance start --original-transaction-id 1",
  "performance view --request-id 1",
  "performance wait --request-id 1",
];

const FILES = { "text.json": `{"header":"h","body":"b"}` };

describe("the tree of storekit commands", () => {
  test.each([
    "auth login",
    "auth status",
    "auth switch",
    "auth doctor",
    "auth logout",
    ...LEAVES.map((line) => `retention-messaging ${line.split(" ").slice(0, 2).join(" ")}`),
  ])("has %s", (path) => {
    expect(STOREKIT_REGISTRY.map((entry) => entry.path.join(" "))).toContain(`storekit ${path}`);
  });

  test.each([
    "storekit",
    "storekit auth",
    RETENTION,
    `${RETENTION} images`,
    `${RETENTION} messages`,
    `${RETENTION} defaults`,
    `${RETENTION} endpoint`,
    `${RETENTION} performance`,
  ])("shows help and exits 2 for %s alone", async (line) => {
    await using io = await createFakeIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(`Usage: holdfast ${line}`);
  });
});

describe("the environment", () => {
  test.each(LEAVES)("is required, before credentials: %s", async (line) => {
    await using io = await createFakeIo();
    await writeFiles(io, FILES);
    expect(await run(io, `${RETENTION} ${line}`)).toBe(2);
    expect(io.err()).toContain(
      "OPTION_MISSING: --environment is required, or HOLDFAST_STOREKIT_ENVIRONMENT in the environment",
    );
  });

  test.each([
    ["HOLDFAST_STOREKIT_ENVIRONMENT", "sandbox"],
    ["ASC_STOREKIT_ENVIRONMENT", "Production"],
  ])("comes from %s as well", async (variable, value) => {
    await using io = await createFakeIo({ env: { [variable]: value } });
    expect(await run(io, `${RETENTION} messages list`)).toBe(1);
    expect(io.err()).toContain("CREDENTIALS_MISSING");
  });
});

test.each(["images", "messages", "defaults", "endpoint"])(
  "%s delete asks for --confirm before anything else",
  async (noun) => {
    await using io = await createFakeIo();
    expect(await run(io, `${RETENTION} ${noun} delete --environment moon`)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
  },
);

test.each([
  ["messages list --environment moon", "--environment: expected production or sandbox"],
  [`images upload --image-id ${UUID} --file x.png --image-size BIG`, "--image-size"],
  ["endpoint set --url http://a.example.com/", "--url: the URL must start with https://"],
  ["performance wait --request-id 1 --interval 1s", "--interval: expected at least 10s"],
  ["performance start --original-transaction-id 1 --environment production", "expected sandbox"],
  ["performance view --request-id 1 --environment production", "expected sandbox"],
  ["performance wait --request-id 1 --environment production", "expected sandbox"],
  ["performance start --original-transaction-id 1 --interval 10s", "require --wait"],
  ["messages list --output yaml", "Allowed choices are table, json, markdown, md, csv"],
  ["endpoint view --output csv", "Allowed choices are table, json, markdown, md"],
])("%s is misuse", async (line, message) => {
  await using io = await createFakeIo();
  const environment = line.includes("--environment") ? "" : "--environment sandbox";
  expect(await run(io, `${RETENTION} ${line} ${environment}`)).toBe(2);
  expect(io.err()).toContain(message);
});

test.each(LEAVES.filter((line) => /upload|delete|set|start/.test(line) && !line.includes(".png")))(
  "%s is refused with --read-only before anything is sent",
  async (line) => {
    await using apple = await startLocalApple();
    await using io = await apple.io({ env: { HOLDFAST_STOREKIT_ENVIRONMENT: "sandbox" } });
    await writeFiles(io, FILES);
    expect(await run(io, `${RETENTION} ${line} --read-only --output json`)).toBe(6);
    expect(errorOf(io)["code"]).toBe("READ_ONLY");
    const counts = Object.keys(apple.emulator.requestLog.counts());
    expect(counts.filter((operation) => !operation.startsWith("get"))).toEqual([]);
  },
);

test("nothing of a private key or a token is ever shown", async () => {
  await using apple = await startLocalApple();
  const { keyId, issuerId, privateKey } = apple.emulator.credentials("seed");
  const environment = "--environment sandbox";
  await using io = await createFakeIo({ env: apple.urls, isErrTty: true });
  await writeFiles(io, { ...FILES, "key.p8": privateKey, "bad.p8": privateKey.slice(0, 120) });
  const ids = `--key-id ${keyId} --issuer-id ${issuerId} --bundle-id com.example.app`;
  const login = `storekit auth login --name Seed ${ids}`;
  const lines: readonly (readonly [string, number])[] = [
    [`${login} --private-key key.p8 --network ${environment}`, 0],
    [`${login} --private-key bad.p8`, 1],
    ["storekit auth status --validate", 0],
    [`storekit auth doctor ${environment} --network`, 0],
    [`${RETENTION} messages list ${environment}`, 0],
    [`${RETENTION} messages upload --message-id ${UUID} --file text.json ${environment}`, 0],
    [`${RETENTION} messages upload --message-id ${UUID} --file text.json ${environment}`, 1],
    [`storekit auth doctor ${environment} --network --bundle-id com.example.other`, 1],
    [`${RETENTION} endpoint view ${environment}`, 1],
    ["storekit auth logout --all --confirm", 0],
    [`${RETENTION} messages list ${environment}`, 1],
  ];
  for (const [line, code] of lines) {
    expect([line, await run(io, line)]).toEqual([line, code]);
    await run(io, `${line} --output json`);
  }
  const shown = io.out() + io.err();
  for (const secret of keyMaterialOf(privateKey)) expect(shown).not.toContain(secret);
  expect(shown).not.toMatch(/PRIVATE KEY-----|eyJ[\w-]+\.|Bearer/);
});
