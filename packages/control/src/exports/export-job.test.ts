import { gunzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { DAY_MS, eraseDecisionsOf, ingestDecisions } from "../decisions/index.ts";
import { collectingStream, NOON, testRecord } from "../decisions/testing/test-decisions.ts";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { ExportDestination } from "./export-destination.ts";
import { exportJob, openS3Store } from "./index.ts";
import type { ExportJobOptions } from "./export-job.ts";
import { LOCAL_S3_KEYS, startLocalS3 } from "./testing/local-s3.ts";
import { eraseFromExports } from "./written-days.ts";

const KEPT_MS = 90 * DAY_MS;
const PLACE = { app: "yoga", environment: "sandbox" } as const;
const PARTITION = "app=yoga/environment=sandbox/day=2026-11-20";

/** Opens the real store with another way of putting an object; `put` is the real one. */
function storeThat(
  puts: (key: string, put: () => Promise<void>) => Promise<void>,
): Pick<ExportJobOptions, "openStore"> {
  return {
    async openStore(destination) {
      const store = await openS3Store(destination);
      return {
        ...store,
        put: (object, signal) => puts(object.key, () => store.put(object, signal)),
      };
    },
  };
}

function recordOf(pseudonym: string): DecisionRecord {
  return testRecord({ subject: { ...testRecord().subject, pseudonym } });
}

describe.each(await engines())("exportJob() on $name", (engine) => {
  async function open(format: ExportDestination["format"] = "parquet") {
    vi.stubEnv("AWS_ACCESS_KEY_ID", LOCAL_S3_KEYS.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", LOCAL_S3_KEYS.secretAccessKey);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { database } = await openTestPublishing(await openTestDatabase(engine));
    const s3 = await startLocalS3();
    const destination = {
      bucket: "lake",
      prefix: "",
      format,
      region: "us-east-1",
      endpoint: s3.endpoint,
    };
    const run = async (options: Partial<ExportJobOptions> & { readonly at?: number } = {}) => {
      const { at = NOON + DAY_MS, ...others } = options;
      const { signal } = new AbortController();
      const job = exportJob({
        database,
        destination,
        openStore: openS3Store,
        keptMs: KEPT_MS,
        now: () => at,
        fileRows: 3,
        pageRows: 2,
        ...others,
      });
      await job.run({ id: "job", payload: null, attempt: 1, signal });
    };
    const decide = async (...records: readonly DecisionRecord[]) => {
      const streams = collectingStream();
      const batch = { decisions: records, apps: "all", now: NOON + 1000 } as const;
      await ingestDecisions({ database, streams, keptMs: KEPT_MS }, batch);
    };
    const erase = (pseudonym: string): Promise<void> =>
      database.transaction(async (transaction) => {
        await eraseFromExports(transaction, PLACE, [pseudonym]);
        await eraseDecisionsOf(transaction, PLACE, [pseudonym]);
      });
    const rows = async (): Promise<readonly Record<string, unknown>[]> => {
      const found: Record<string, unknown>[] = [];
      for (const key of await s3.keys()) {
        const bytes = await s3.read(key);
        if (key.endsWith(".gz")) {
          const lines = gunzipSync(bytes).toString().trimEnd().split("\n");
          found.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
        } else {
          // Its type is of bytes in a file; a copy has a buffer of its own.
          const file = Uint8Array.from(bytes).buffer;
          found.push(...(await parquetReadObjects({ file })));
        }
      }
      return found;
    };
    return { database, s3, run, decide, erase, rows };
  }

  test("writes a day once it is over, in files of a few rows", async () => {
    const { s3, run, decide, rows } = await open();
    const records = Array.from({ length: 7 }, () => testRecord());
    await decide(...records);
    await run({ at: NOON });
    expect(await s3.keys()).toEqual([]);
    await run();
    expect(await s3.keys()).toEqual(
      [1, 2, 3].map((file) => `${PARTITION}/decisions-0000${file}.parquet`),
    );
    const identifiers = (await rows()).map((row) => row["request_identifier"]);
    expect(identifiers).toEqual(records.map(({ requestIdentifier }) => requestIdentifier).sort());
  });

  test("writes columns of a decision, and the whole of it without the sealed id", async () => {
    const { run, decide, rows } = await open();
    const record = testRecord({
      latencyMs: 2.5,
      experiment: { key: "discount", arm: "half" },
      rule: "long-time",
    });
    await decide(record);
    await run();
    const [row] = await rows();
    expect(row).toMatchObject({
      request_identifier: record.requestIdentifier,
      requested_at: new Date(record.requestedAt),
      latency_ms: 2.5,
      pseudonym: record.subject.pseudonym,
      lookup: "notFound",
      stop_list_sequence: 0n,
      rule: "long-time",
      experiment: "discount",
      arm: "half",
      assigned_kind: "message",
      delivered_message: "stay",
      delivered_offer_identifier: null,
      deviation: null,
      decision: expect.objectContaining({ requestIdentifier: record.requestIdentifier }) as object,
    });
    expect(
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === "bigint" ? Number(value) : value,
      ),
    ).not.toContain(record.subject.sealedId);
  });

  test("writes JSON lines, as the API shows decisions", async () => {
    const { s3, run, decide, rows } = await open("ndjson");
    const records = [testRecord(), testRecord()];
    await decide(...records);
    await run();
    expect(await s3.keys()).toEqual([`${PARTITION}/decisions-00001.ndjson.gz`]);
    const identifiers = (await rows()).map((row) => row["requestIdentifier"]);
    expect(identifiers).toEqual(records.map(({ requestIdentifier }) => requestIdentifier).sort());
  });

  test("writes a day again only when decisions of it came later", async () => {
    const { run, decide, rows } = await open();
    await decide(testRecord());
    await run();
    const openStore = vi.fn<ExportJobOptions["openStore"]>(openS3Store);
    await run({ openStore });
    expect(openStore).not.toHaveBeenCalled();
    await decide(testRecord());
    await run({ openStore });
    expect(openStore).toHaveBeenCalledOnce();
    expect(await rows()).toHaveLength(2);
  });

  test("takes out what was erased, and files that are left over", async () => {
    const { s3, run, decide, erase, rows } = await open();
    const erased = "e".repeat(43);
    await decide(recordOf("k".repeat(43)), ...Array.from({ length: 5 }, () => recordOf(erased)));
    await run();
    expect(await s3.keys()).toHaveLength(2);
    await erase(erased);
    await run();
    expect(await s3.keys()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ pseudonym: "k".repeat(43) }]);
  });

  test("writes a day again that was erased from while it was written", async () => {
    const { run, decide, erase, rows } = await open();
    const record = testRecord();
    await decide(record);
    await run(
      storeThat(async (_, put) => {
        await put();
        await erase(record.subject.pseudonym);
      }),
    );
    expect(await rows()).toHaveLength(1);
    await run();
    expect(await rows()).toEqual([]);
  });

  test("begins a day again whose writing failed, and does not write the days before again", async () => {
    const { run, decide, rows } = await open();
    const earlier = testRecord({ requestedAt: NOON - DAY_MS });
    await decide(earlier, testRecord(), testRecord(), testRecord(), testRecord());
    const puts: string[] = [];
    const failingAt = (nth: number) =>
      storeThat(async (key, put) => {
        puts.push(key);
        if (puts.length === nth) throw new Error("away");
        await put();
      });
    await expect(run(failingAt(3))).rejects.toThrow("away");
    await run(failingAt(0));
    expect(puts.filter((key) => key.includes("day=2026-11-19"))).toHaveLength(1);
    expect(await rows()).toHaveLength(5);
  });

  test("leaves no file of a run that died, however few are left to write", async () => {
    const { s3, run, decide, erase, rows } = await open();
    const erased = "e".repeat(43);
    await decide(recordOf("k".repeat(43)), ...Array.from({ length: 8 }, () => recordOf(erased)));
    // All three files are there when it dies.
    let written = 0;
    const dying = storeThat(async (_, put) => {
      await put();
      written += 1;
      if (written === 3) throw new Error("killed");
    });
    await expect(run(dying)).rejects.toThrow("killed");
    expect(await s3.keys()).toHaveLength(3);
    await erase(erased);
    await run();
    expect(await s3.keys()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ pseudonym: "k".repeat(43) }]);
  });

  test("leaves days as they are whose decisions are deleted for their age", async () => {
    const { database, s3, run, decide } = await open();
    await decide(testRecord());
    await run();
    await database.queries.deleteFrom("decisions").execute();
    await database.queries.updateTable("decision_counts").set({ count: 5 }).execute();
    await run({ at: NOON + KEPT_MS + DAY_MS });
    expect(await s3.keys()).toHaveLength(1);
  });
});
