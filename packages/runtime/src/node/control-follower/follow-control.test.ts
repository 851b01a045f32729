import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { LivePublication } from "../../ports/publications.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { compileTestFlow } from "../../testing/test-flow.ts";
import { createTestPublication } from "../../testing/test-publication.ts";
import type { TestPublication } from "../../testing/test-publication.ts";
import { createTestPublisher } from "../../testing/test-publisher.ts";
import type { AnswerCounts } from "../answer-counts.ts";
import { openPublicationDirectory } from "../publication-directory.ts";
import type { PublicationDirectory } from "../publication-directory.ts";
import { followControl } from "./follow-control.ts";
import type { ControlFollower, FollowerEvent } from "./follow-control.ts";
import { reconnectDelayMs } from "../../control-link/reconnect-delay.ts";
import { SYSTEM_TIMES } from "./follower-times.ts";

let app: TestPublication;
beforeAll(async () => {
  app = await createTestPublication();
});

const TOKEN = "hf_a_token_of_a_test";

/** A control plane of a few lines: serves what it is given, and tells of it. */
interface FakeControl {
  readonly url: string;
  live: { text: string; etag: string } | undefined;
  stopList: { text: string; etag: string } | undefined;
  /** What every request is answered with in place of the truth. */
  failing: number | undefined;
  readonly reports: unknown[];
  /** Requests for values, by status. */
  readonly answered: number[];
  readonly tokens: Set<string | undefined>;
  tell(what: "live" | "stopList"): void;
  /** Ends all streams. */
  hangUp(): void;
  stop(): Promise<void>;
}

async function startControl(port = 0): Promise<FakeControl> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  const address = server.address() as AddressInfo;
  const control: FakeControl = {
    url: `http://127.0.0.1:${address.port}`,
    live: undefined,
    stopList: undefined,
    failing: undefined,
    reports: [],
    answered: [],
    tokens: new Set(),
    tell(what) {
      const data = JSON.stringify({ app: "test", environment: "sandbox", what, sequence: 1 });
      for (const stream of streams) stream.write(`event: changed\ndata: ${data}\n\n`);
    },
    hangUp() {
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    async stop() {
      server.closeAllConnections();
      await closed(server);
    },
  };
  onTestFinished(() => control.stop());

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    control.tokens.add(request.headers.authorization);
    const { url = "" } = request;
    if (control.failing !== undefined) response.writeHead(control.failing).end("no");
    else if (request.method === "PUT") {
      control.reports.push(await json(request));
      response.writeHead(204).end();
    } else if (url === "/v1/snapshots") {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write(": here\n\n");
      streams.add(response);
      if (control.live !== undefined) control.tell("live");
      if (control.stopList !== undefined) control.tell("stopList");
    } else {
      const value = url.endsWith("/stop-list") ? control.stopList : control.live;
      const isKnown = value !== undefined && request.headers["if-none-match"] === value.etag;
      const status = value === undefined ? 404 : isKnown ? 304 : 200;
      control.answered.push(status);
      response.writeHead(status, value === undefined ? {} : { ETag: value.etag });
      response.end(status === 200 ? value?.text : undefined);
    }
  }
  return control;
}

async function closed(server: Server): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}

/** A runtime's side. */
interface Follower {
  readonly directory: PublicationDirectory;
  readonly follower: ControlFollower;
  readonly events: FollowerEvent[];
}

async function follow(
  url: string,
  root: string,
  answers?: Pick<AnswerCounts, "of">,
): Promise<Follower> {
  const directory = await openPublicationDirectory([app.config], {
    ...app.means,
    directory: join(root, "publications"),
    lastGoodDirectory: join(root, "last-good"),
  });
  const events: FollowerEvent[] = [];
  const follower = followControl({
    url,
    token: TOKEN,
    release: "0.0.0",
    startedAt: 1,
    ...(answers === undefined ? {} : { answers }),
    publications: directory,
    onEvent: (event) => events.push(event),
    refreshMs: 60_000,
    silenceMs: 5000,
    times: {
      ...SYSTEM_TIMES,
      random: () => 0,
      wait: (milliseconds, signal) =>
        SYSTEM_TIMES.wait(milliseconds < 60_000 ? 10 : milliseconds, signal),
    },
  });
  onTestFinished(async () => {
    await follower.close();
    directory.close();
  });
  return { directory, follower, events };
}

async function publish(control: FakeControl, sequence: number): Promise<void> {
  control.live = { text: JSON.stringify(await app.live({ sequence })), etag: `"${sequence}"` };
  control.tell("live");
}

async function stop(control: FakeControl, sequence: number): Promise<void> {
  const stopList = await app.stopList({ sequence, appPaused: true });
  control.stopList = { text: JSON.stringify({ stopList }), etag: `"${sequence}"` };
  control.tell("stopList");
}

function liveIn({ directory }: Follower): LivePublication | undefined {
  return directory.list()[0]?.live;
}

describe("followControl()", () => {
  test("installs what is live and stopped, and what becomes so", async () => {
    const control = await startControl();
    await publish(control, 3);
    await stop(control, 2);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect
      .poll(() => liveIn(runtime))
      .toMatchObject({
        sequence: 3,
        stops: { sequence: 2, appPaused: true },
      });
    await publish(control, 4);
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(4);
    expect([...control.tokens]).toEqual([`Bearer ${TOKEN}`]);
  });

  test("reports what it answers by", async () => {
    const control = await startControl();
    await publish(control, 3);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(3);
    await expect
      .poll(() => control.reports.at(-1))
      .toEqual({
        host: "node",
        release: "0.0.0",
        startedAt: 1,
        serves: [
          {
            app: "test",
            environment: "sandbox",
            snapshot: liveIn(runtime)?.snapshotHash,
            sequence: 3,
            stopListSequence: 0,
          },
        ],
      });
  });

  test("reports how requests ended, and when it closes that it stops", async () => {
    const control = await startControl();
    await publish(control, 3);
    let answered = 1;
    const counts = { fallback: 2, deferred: 0, refused: 0, unavailable: 0, lastRequestAt: 7 };
    const runtime = await follow(control.url, await temporaryDirectory(), {
      of: () => ({ answered, ...counts }),
    });
    await expect
      .poll(() => control.reports.at(-1))
      .toMatchObject({ serves: [{ sequence: 3, answers: { answered: 1, ...counts } }] });
    answered = 5;
    await runtime.follower.close();
    expect(control.reports.at(-1)).toMatchObject({
      isStopping: true,
      serves: [{ answers: { answered: 5 } }],
    });
    expect(
      control.reports.filter((report) => JSON.stringify(report).includes("isStopping")),
    ).toHaveLength(1);
  });

  test("closes while control is away, without a word of it", async () => {
    const control = await startControl();
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => control.reports.length).toBeGreaterThan(0);
    await control.stop();
    await runtime.follower.close();
    expect(runtime.events.filter(({ kind }) => kind === "failed")).toEqual([]);
  });

  test("reads what it has with its ETag only", async () => {
    const control = await startControl();
    await publish(control, 3);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(3);
    control.hangUp();
    await expect
      .poll(() => control.answered.filter((status) => status === 304).length)
      .toBeGreaterThan(0);
    expect(control.answered.filter((status) => status === 200)).toHaveLength(1);
  });

  test("connects again after a lost stream, and misses nothing", async () => {
    const control = await startControl();
    await publish(control, 3);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(3);
    control.hangUp();
    await publish(control, 4);
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(4);
    expect(runtime.events.map(({ kind }) => kind)).toContain("lost");
  });

  test("starts with control down, and is served once it is there", async () => {
    const place = await startControl();
    const { url } = place;
    await place.stop();
    const runtime = await follow(url, await temporaryDirectory());
    await expect.poll(() => runtime.events.length).toBeGreaterThan(1);
    expect(runtime.events[0]).toMatchObject({ error: { code: "CONTROL_UNREACHABLE" } });
    const control = await startControl(Number(new URL(url).port));
    await publish(control, 1);
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(1);
  });

  test("has the last good one after a restart with control down", async () => {
    const root = await temporaryDirectory();
    const control = await startControl();
    await publish(control, 3);
    await stop(control, 2);
    const first = await follow(control.url, root);
    await expect.poll(() => liveIn(first)?.stops.sequence).toBe(2);
    await first.follower.close();
    first.directory.close();
    await control.stop();
    const second = await follow(control.url, root);
    expect(liveIn(second)).toMatchObject({ sequence: 3, stops: { sequence: 2 } });
  });

  test("goes on with what it has while control fails", async () => {
    const control = await startControl();
    await publish(control, 3);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(3);
    control.failing = 503;
    control.hangUp();
    await expect
      .poll(() => runtime.events.at(-1))
      .toMatchObject({ error: { code: "CONTROL_REFUSED" } });
    expect(liveIn(runtime)?.sequence).toBe(3);
    control.failing = undefined;
    await publish(control, 5);
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(5);
  });
});

/** A publisher nobody here trusts. */
const stranger = createTestPublisher;

/** Serves a value as it is, whatever it is. */
function serveLive(control: FakeControl, text: string): void {
  control.live = { text, etag: `"${text.length} bytes"` };
  control.tell("live");
}

function serveStopList(control: FakeControl, stopList: string): void {
  control.stopList = { text: JSON.stringify({ stopList }), etag: `"${stopList.length} bytes"` };
  control.tell("stopList");
}

describe("followControl() refuses", () => {
  test.each<[string, string, () => Promise<string>]>([
    [
      "a forged publication",
      "WIRE_SIGNATURE_INVALID",
      async () => JSON.stringify(await app.live({ sequence: 9, publisher: await stranger() })),
    ],
    [
      "an older one",
      "PUBLICATION_SUPERSEDED",
      async () => JSON.stringify(await app.live({ sequence: 2 })),
    ],
    [
      "another app's",
      "PUBLICATION_FOREIGN",
      async () => JSON.stringify(await app.live({ sequence: 9, app: "other" })),
    ],
    [
      "another environment's",
      "PUBLICATION_FOREIGN",
      async () => {
        const snapshot = { ...app.snapshot, environment: "production" } as const;
        return JSON.stringify(await app.live({ sequence: 9, snapshot }));
      },
    ],
    [
      "one with another's snapshot",
      "PUBLICATION_MISMATCH",
      async () => {
        const snapshot = compileTestFlow("sandbox", { messages: {}, images: {} });
        const { snapshot: theirs } = await app.live({ snapshot });
        return JSON.stringify({ ...(await app.live({ sequence: 9 })), snapshot: theirs });
      },
    ],
    [
      "one with a later one's record",
      "PUBLICATION_MISMATCH",
      async () => {
        const snapshot = compileTestFlow("sandbox", { messages: {}, images: {} });
        const { publication } = await app.live({ sequence: 9, snapshot });
        return JSON.stringify({ ...(await app.live({ sequence: 3 })), publication });
      },
    ],
    ["what is no JSON", "UNREADABLE", async () => "{"],
  ])("%s: what is live stays, and the report says why", async (_, problem, make) => {
    const control = await startControl();
    await publish(control, 3);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(3);
    const before = liveIn(runtime);
    serveLive(control, await make());
    await expect
      .poll(() => control.reports.at(-1))
      .toMatchObject({ serves: [{ sequence: 3, problem }] });
    expect(liveIn(runtime)).toBe(before);
    await publish(control, 10);
    await expect.poll(() => liveIn(runtime)?.sequence).toBe(10);
  });

  test.each<[string, string, () => Promise<string>]>([
    [
      "a forged stop list",
      "WIRE_SIGNATURE_INVALID",
      async () => app.stopList({ sequence: 9 }, await stranger()),
    ],
    ["an older one", "PUBLICATION_SUPERSEDED", async () => app.stopList({ sequence: 1 })],
    [
      "another app's",
      "PUBLICATION_FOREIGN",
      async () => app.stopList({ sequence: 9, app: "other" }),
    ],
    [
      "another environment's",
      "PUBLICATION_FOREIGN",
      async () => app.stopList({ sequence: 9, environment: "production" }),
    ],
    [
      "a publication record in its place",
      "WIRE_SIGNATURE_INVALID",
      async () => (await app.live({ sequence: 9 })).publication,
    ],
    ["what is signed by nobody", "WIRE_MALFORMED", async () => "x"],
  ])("%s: what is stopped stays, and the report says why", async (_, problem, make) => {
    const control = await startControl();
    await publish(control, 3);
    await stop(control, 2);
    const runtime = await follow(control.url, await temporaryDirectory());
    await expect.poll(() => liveIn(runtime)?.stops.sequence).toBe(2);
    const before = liveIn(runtime);
    serveStopList(control, await make());
    await expect
      .poll(() => control.reports.at(-1))
      .toMatchObject({ serves: [{ sequence: 3, stopListSequence: 2, problem }] });
    expect(liveIn(runtime)).toBe(before);
    expect(before?.stops.appPaused).toBe(true);
    await stop(control, 10);
    await expect.poll(() => liveIn(runtime)?.stops.sequence).toBe(10);
  });

  test.each([
    "ftp://127.0.0.1",
    "http://control.example.com",
    "https://user:password@control.example.com",
    "nowhere",
  ])("to send its token to %s", async (url) => {
    await expect(follow(url, await temporaryDirectory())).rejects.toMatchObject({
      code: "CONTROL_URL_INVALID",
      message: expect.not.stringContaining("password") as string,
    });
  });
});

test("reconnectDelayMs() doubles, has an end, and is never the same for all", () => {
  expect([1, 2, 3, 20].map((failures) => reconnectDelayMs(failures, 0))).toEqual([
    250, 500, 1000, 15_000,
  ]);
  expect([1, 20].map((failures) => reconnectDelayMs(failures, 1))).toEqual([500, 30_000]);
});
