import { stat } from "node:fs/promises";
import { join } from "node:path";
import { startEmulator } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../packages/control/src/storage/testing/engines.ts";
import { limitFiles, mountDisk } from "./full-disk.ts";
import type { FullDisk } from "./full-disk.ts";
import { answeredMessage, flowAnswering, publishMessage } from "./live-message.ts";
import { addEmulatedApp, startServeProcess } from "./serve-process.ts";
import type { ServeProcess } from "./serve-process.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const SECOND = "00000000-0000-4000-8000-000000000002";

/** How many requests of the App Store are looked at while the disk is full. */
const REQUESTS = 40;

/** More versions of this size than fit on any disk here. */
const VERSION_BYTES = 400_000;
const MOST_VERSIONS = 100;

/** Saves versions until there is no room, and returns the first answer that is no success. */
async function saveUntilRefused({ url, token }: ServeProcess) {
  const source = `${flowAnswering(SECOND)}${"# as large as they get\n".repeat(VERSION_BYTES / 23)}`;
  for (let count = 0; count < MOST_VERSIONS; count += 1) {
    const response = await fetch(`${url}/v1/apps/yoga/versions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ source: `${source}# ${count}\n` }),
    });
    const json: unknown = await response.json();
    const { status, headers } = response;
    if (status !== 201) return { status, json, retryAfter: Number(headers.get("retry-after")) };
  }
  throw new Error(`expected the disk to be full after ${MOST_VERSIONS} versions`);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** What happened to a server whose disk filled up. */
interface Story {
  /** How the first write was answered that found no room. */
  readonly refused: Awaited<ReturnType<typeof saveUntilRefused>>;
  /** What the App Store was answered meanwhile: each answer once. */
  readonly answered: readonly unknown[];
}

const UNHARMED: Story = {
  refused: {
    status: 503,
    // A matcher stands for what it matches.
    json: { error: expect.objectContaining({ code: "UNAVAILABLE" }) as unknown },
    retryAfter: expect.toSatisfy((seconds: number) => seconds > 0) as number,
  },
  answered: [FIRST],
};

/** Starts a server on a directory, lets its disk be full for a while, and waits until it publishes again. */
async function fillDiskOf(
  directory: string,
  diskOf: (server: ServeProcess) => Promise<FullDisk>,
): Promise<Story> {
  const emulator = await startEmulator({ port: 0 });
  onTestFinished(() => emulator.close());
  const args = ["--data", directory];
  const server = await startServeProcess({ cwd: await temporaryDirectory() }, { args });
  onTestFinished(async () => void (await server.stop()));
  await addEmulatedApp(server.admin, emulator, { app: "yoga", environment: "sandbox" });
  await publishMessage(server.admin, FIRST);
  await expect.poll(() => answeredMessage(emulator, server.url)).toBe(FIRST);

  const disk = await diskOf(server);
  await disk.fill();
  const refused = await saveUntilRefused(server);
  const answers = Array.from({ length: REQUESTS }, () => answeredMessage(emulator, server.url));
  const answered = [...new Set(await Promise.all(answers))];

  await disk.empty();
  await publishMessage(server.admin, SECOND);
  await expect.poll(() => answeredMessage(emulator, server.url)).toBe(SECOND);
  return { refused, answered };
}

const TIMEOUT_MS = 120_000;

test(
  "while the disk is full the API says so, and the App Store is answered as before",
  async ({ skip }) => {
    const directory = await temporaryDirectory();
    const disk = await mountDisk(directory);
    if (typeof disk === "string") return skip(disk);
    expect(await fillDiskOf(directory, () => Promise.resolve(disk))).toEqual(UNHARMED);
  },
  TIMEOUT_MS,
);

test(
  "while files cannot grow the API says so, and the App Store is answered as before",
  async ({ skip }) => {
    const directory = await temporaryDirectory();
    const story = await fillDiskOf(directory, async ({ pid }) => {
      // What is there already stays writable.
      const sizes = ["holdfast.db", "holdfast.db-wal"].map((name) => sizeOf(join(directory, name)));
      const limited = await limitFiles(pid, Math.max(...(await Promise.all(sizes))) + 64 * 1024);
      return typeof limited === "string" ? skip(limited) : limited;
    });
    expect(story).toEqual(UNHARMED);
  },
  TIMEOUT_MS,
);
