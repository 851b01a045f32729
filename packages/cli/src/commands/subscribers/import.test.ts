import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../run-cli.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { startYogaControl, writeYogaKeys } from "../../testing/yoga-control.ts";
import type { YogaControl } from "../../testing/yoga-control.ts";

const PLACE = "--app yoga --environment sandbox";

let yoga: YogaControl;
let known: string;
beforeAll(async () => {
  yoga = await startYogaControl();
  await using io = await yoga.server.openIo();
  const { bundleId, appAppleId, originalTransactionId } = yoga.emulator.credentials("yoga");
  known = originalTransactionId;
  await writeFiles(io, { "root.pem": yoga.emulator.rootCertificatePem });
  const { keys } = await writeYogaKeys(io, yoga);
  await run(
    io,
    `apps add yoga --bundle-id ${bundleId} --apple-id ${appAppleId} --sandbox-root root.pem`,
  );
  await run(io, keys);
});
afterAll(() => yoga.close());

/** Ids that no store knows: a file of its own for each test. */
function idsFrom(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}

/** The batches that were sent with an io's requests, by how many ids each had. */
function watchBatches(io: FakeIo, after: (batches: number) => void = () => undefined) {
  const offsets: number[] = [];
  const watched: FakeIo = {
    ...io,
    async fetch(url, init) {
      const response = await io.fetch(url, init);
      if (init.method === "POST" && url.endsWith("/transaction-ids")) {
        // The client sends JSON as a text.
        const { offset } = JSON.parse(init.body as string) as { readonly offset: number };
        offsets.push(offset);
        after(offsets.length);
      }
      return response;
    },
  };
  return { io: watched, offsets };
}

describe("holdfast subscribers import", () => {
  test("has Apple asked about a column of a spreadsheet, and tells how that went", async () => {
    await using io = await yoga.server.openIo();
    await writeFiles(io, {
      "users.csv": `\u{FEFF}name;original id\r\n"A; B";${known}\r\nC;2999999999999999\r\nD;${known}\r\n`,
    });
    const line = `subscribers import users.csv ${PLACE}`;
    // Names without spaces: the test's lines are split at them.
    const words = [...line.split(" "), "--column", "original id", "--output", "json"];
    expect(await runCli(words, io)).toBe(0);
    expect(JSON.parse(io.out())).toMatchObject({
      state: "done",
      name: "users.csv",
      total: 3,
      accepted: 2,
      repeated: 1,
      fetched: 1,
      notFound: 1,
      waiting: 0,
      skippedLines: 0,
    });
    expect(io.err()).toBe("");
    expect(await run(io, `subscribers queue ${PLACE}`)).toBe(0);
    expect(io.out()).toMatch(/imported +0\n/);
  });

  test("goes on where Ctrl-C stopped it, and sends nothing of a done part again", async () => {
    await using io = await yoga.server.openIo();
    const ids = idsFrom(3_000_000_000, 2500);
    await writeFiles(io, { "ids.txt": ids.join("\n") });
    const line = `subscribers import ids.txt ${PLACE} --no-wait`;
    const stopped = watchBatches(io, (batches) => {
      if (batches === 1) io.interrupt();
    });
    expect(await run(stopped.io, `${line} --output json`)).not.toBe(0);
    expect(errorOf(io)).toMatchObject({
      code: "INTERRUPTED",
      message: "stopped after 1000 of 2500 ids were sent",
    });
    await using fresh = await yoga.server.openIo();
    const resumed = watchBatches({ ...fresh, cwd: io.cwd });
    const { json } = await runJson(resumed.io, line);
    expect(resumed.offsets).toEqual([1000, 2000]);
    expect(json).toMatchObject({ state: "fetching", received: 2500, accepted: 2500 });
    const repeated = watchBatches({ ...fresh, cwd: io.cwd });
    await runJson(repeated.io, line);
    expect(repeated.offsets).toEqual([]);
    const id = String(json["id"]);
    expect(await run(fresh, `subscribers imports cancel ${id} ${PLACE}`)).toBe(0);
    expect(await run(fresh, `subscribers imports list ${PLACE}`)).toBe(0);
    expect(fresh.out()).toMatch(new RegExp(`${id} +ids.txt +cancelled`));
  });

  test("sends a batch again whose answer was lost, and counts it once", async () => {
    await using io = await yoga.server.openIo();
    const [first = ""] = idsFrom(4_000_000_000, 1);
    await writeFiles(io, {
      "ids.jsonl": `{"transactionId":"${first}"}\n{"transactionId":4000000001}\n`,
    });
    let lost = 0;
    const lossy: FakeIo = {
      ...io,
      async fetch(url, init) {
        const response = await io.fetch(url, init);
        if (!url.endsWith("/transaction-ids") || lost > 0) return response;
        lost += 1;
        throw new TypeError("fetch failed");
      },
    };
    const { json } = await runJson(lossy, `subscribers import ids.jsonl ${PLACE} --no-wait`);
    expect(lost).toBe(1);
    expect(json).toMatchObject({ received: 2, accepted: 2, repeated: 0 });
  });

  test("refuses a file with other lines, naming them and not what is in them", async () => {
    await using io = await createFakeIo({ env: { HOLDFAST_SERVER: "http://127.0.0.1:9" } });
    const lines = ["5000000000", "5.00000E+15", "", "kim@example.com", "5000000001"];
    await writeFiles(io, { "ids.txt": lines.join("\n") });
    expect(await run(io, `subscribers import ids.txt ${PLACE}`)).toBe(2);
    expect(io.err()).toContain("lines 2, 4 have none, and nothing was sent");
    expect(io.err()).not.toMatch(/kim|5000000000|5\.0/);
  });

  test("sends the others of such a file where that is asked for", async () => {
    await using io = await yoga.server.openIo();
    await writeFiles(io, { "ids.txt": "id\n6000000000\n,\n6000000001\n" });
    const line = `subscribers import ids.txt ${PLACE} --no-wait --skip-invalid`;
    const { json } = await runJson(io, line);
    expect(json).toMatchObject({ total: 2, received: 2, invalid: 0, skippedLines: 1 });
  });
});
