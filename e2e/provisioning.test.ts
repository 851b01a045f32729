import { watch } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { expect, test, vi } from "vitest";
import { makePng } from "../packages/emulator/src/testing/make-png.ts";
import { startPausingProxy } from "./pausing-proxy.ts";
import type { PausingProxy } from "./pausing-proxy.ts";
import { runBinary, startUntilKilled } from "./spawn-cli.ts";
import type { Finished } from "./spawn-cli.ts";

vi.setConfig({ testTimeout: 300_000 });

const YOGA = fileURLToPath(new URL("../packages/cli/src/testing/yoga", import.meta.url));
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const STATE = ".holdfast/provisioning/com.example.yoga.sandbox.json";

/**
 * Every point is tried in one process in packages/provisioning; with real kills that takes minutes,
 * so here it is a sample. `HOLDFAST_EVERY_POINT=1` tries them all.
 */
const STEP = process.env["HOLDFAST_EVERY_POINT"] === "1" ? 1 : 7;

interface Site {
  readonly cwd: string;
  readonly emulator: RunningEmulator;
  readonly proxy: PausingProxy;
  readonly env: Readonly<Record<string, string>>;
  holdfast(line: string): Promise<Finished>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A project, a local App Store, and the proxy between them. */
async function openSite(): Promise<Site> {
  const cwd = await mkdtemp(join(tmpdir(), "holdfast-provisioning-"));
  await cp(YOGA, cwd, { recursive: true });
  const emulator = await startEmulator({ port: 0 });
  const proxy = await startPausingProxy(emulator.url);
  const { keyId, issuerId, privateKey } = emulator.credentials("yoga");
  await writeFile(join(cwd, "key.p8"), privateKey, { mode: 0o600 });
  const env = {
    HOLDFAST_CONFIG_PATH: join(cwd, "config", "config.json"),
    HOLDFAST_STOREKIT_KEY_ID: keyId,
    HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
    HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "key.p8",
    HOLDFAST_STOREKIT_SANDBOX_URL: `${proxy.url}/sandbox`,
  };
  return {
    cwd,
    emulator,
    proxy,
    env,
    holdfast: (line) => runBinary(line.split(" "), { cwd, env }),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await emulator.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

test("holdfast plan, apply, export and deploy go the whole way", async () => {
  await using site = await openSite();
  const planned = await site.holdfast("plan --environment sandbox --output json");
  expect({ code: planned.code, err: planned.err }).toEqual({ code: 3, err: "" });
  expect(JSON.parse(planned.out)).toMatchObject({ format: "holdfast.plan/1" });
  expect((await site.holdfast("apply --environment sandbox")).code).toBe(0);
  expect((await site.holdfast("plan --environment sandbox")).code).toBe(0);
  const exported = await site.holdfast("export --environment sandbox --from flow.yaml");
  expect(exported.code).toBe(0);
  expect(exported.out).toContain("annual_winback");
  const deployed = await site.holdfast("deploy --app yoga --environment sandbox --wait");
  expect({ code: deployed.code, err: deployed.err }).toEqual({ code: 0, err: "" });
  expect(deployed.out).toContain("live");
  expect((await site.holdfast("apply --environment sandbox --read-only")).code).toBe(6);
});

/** Twenty texts in several locales, with images and bullets, and defaults for three products. */
function twentyMessages(): string {
  const messages = Array.from({ length: 8 }, (_, index) => {
    const image = index % 3 === 0 ? ", image: { file: classes.png, alt: A class }" : "";
    const bullets =
      index % 4 === 0 ? ", bullets: [{ text: A mat, image: { file: mat.png, alt: A mat } }]" : "";
    const german = index < 4 ? `\n      de-DE: { header: Kopf ${index}, body: Text. }` : "";
    return `  message_${index}:
    defaultLocale: en-US
    locales:
      en-US: { header: Header ${index}, body: Body.${image}${bullets} }
      fr-FR: { header: Titre ${index}, body: Texte. }${german}`;
  });
  return `version: 1
app: com.example.yoga
realtimeUrl: https://retention.example.com/\${environment}
messages:
${messages.join("\n")}
rules: []
fallback: { message: message_0 }
defaults:
  - { message: message_0, products: all, locales: [en-US, de-DE] }
  - { message: message_5, products: [yoga.family], locales: [fr-FR] }
`;
}

async function openTwentyMessages(): Promise<Site> {
  const site = await openSite();
  await writeFile(join(site.cwd, "flow.yaml"), twentyMessages());
  await writeFile(join(site.cwd, "mat.png"), makePng({ width: 1024, height: 1024 }));
  return site;
}

/** What Apple has in the end, and what is remembered of it, times aside. */
async function reached({ cwd, emulator }: Site) {
  const state = JSON.parse(await readFile(join(cwd, STATE), "utf8")) as {
    readonly defaults: readonly { readonly messageIdentifier: string }[];
    readonly uses: readonly object[];
  };
  return {
    images: emulator.images(SANDBOX),
    messages: emulator.messages(SANDBOX),
    defaults: emulator.defaults(SANDBOX),
    url: emulator.getRealtimeUrl(SANDBOX),
    remembered: state.defaults.map(({ messageIdentifier }) => messageIdentifier),
    uses: state.uses.length,
  };
}

/** Each identifier was accepted once, and never sent again after that. */
function expectNoRepeatedUpload({ proxy }: Site): void {
  const uploads = proxy.seen.filter(
    ({ method, path }) => method === "PUT" && /\/(?:image|message)\//.test(path),
  );
  expect(uploads.every(({ status }) => status === 200)).toBe(true);
  expect(uploads).toHaveLength(22);
  expect(new Set(uploads.map(({ path }) => path)).size).toBe(22);
}

test("holdfast apply converges after SIGKILL between any two requests", async () => {
  await using undisturbed = await openTwentyMessages();
  expect((await undisturbed.holdfast("apply --environment sandbox")).code).toBe(0);
  const expected = await reached(undisturbed);
  expect(expected.messages.length).toBeGreaterThanOrEqual(20);
  const { points } = undisturbed.proxy;
  for (let k = 1; k < points; k += STEP) {
    await using site = await openTwentyMessages();
    const paused = site.proxy.pauseAt(k);
    const child = startUntilKilled(["apply", "--environment", "sandbox"], site);
    await paused;
    await child.kill();
    site.proxy.resume();
    const { code } = await site.holdfast("apply --environment sandbox");
    expect(code, `killed at ${k} of ${points}`).toBe(0);
    expect(await reached(site), `killed at ${k} of ${points}`).toEqual(expected);
    expectNoRepeatedUpload(site);
  }
});

test("holdfast apply converges after SIGKILL while it writes its state", async () => {
  await using undisturbed = await openTwentyMessages();
  expect((await undisturbed.holdfast("apply --environment sandbox")).code).toBe(0);
  const expected = await reached(undisturbed);
  for (const change of [1, 4, 9, 16]) {
    await using site = await openTwentyMessages();
    const changed = nthChange(join(site.cwd, ".holdfast/provisioning"), change);
    const child = startUntilKilled(["apply", "--environment", "sandbox"], site);
    await changed;
    await child.kill();
    expect((await site.holdfast("apply --environment sandbox")).code).toBe(0);
    expect(await reached(site), `killed at change ${change}`).toEqual(expected);
    expectNoRepeatedUpload(site);
  }
});

/** Resolves at the n-th change of what is in a directory: drafts made, written and renamed. */
async function nthChange(directory: string, n: number): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await new Promise<void>((resolve) => {
    let changes = 0;
    const watcher = watch(directory, () => {
      changes += 1;
      if (changes < n) return;
      watcher.close();
      resolve();
    });
  });
}
