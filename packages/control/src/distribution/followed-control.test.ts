import { generateKeyPairSync } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { flowFor, openTestPublishing } from "../publishing/testing/test-publishing.ts";
import type { TestPublishing } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase, temporaryDirectory } from "../storage/testing/engines.ts";
import { readAnswerHours } from "./answer-hours.ts";
import { serveControl, startFollowingHost } from "./testing/serve-control.ts";
import type { ServedControl } from "./testing/serve-control.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";

/** A running host, and its log. */
interface Host {
  readonly url: string;
  readonly log: Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
  health(): Promise<Readonly<Record<string, unknown>>>;
}

async function start(
  control: TestPublishing,
  url: string,
  { directory, publicKeyPem }: { readonly directory?: string; readonly publicKeyPem?: string } = {},
): Promise<Host> {
  const log: Readonly<Record<string, unknown>>[] = [];
  const host = await startFollowingHost({
    publisherKeys: control,
    url,
    directory: directory ?? (await temporaryDirectory()),
    onLog: (line) => log.push(line),
    ...(publicKeyPem === undefined ? {} : { publicKeyPem }),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= host.close());
  onTestFinished(close);
  return {
    url: host.url,
    log,
    close,
    async health() {
      const response = await fetch(`${host.url}/healthz?app=yoga&environment=sandbox`);
      return (await response.json()) as Readonly<Record<string, unknown>>;
    },
  };
}

async function reported(control: TestPublishing): Promise<readonly Record<string, unknown>[]> {
  const { body } = await control.call("GET /v1/runtimes");
  return body.items.flatMap(({ serves }) => serves);
}

describe.each(await engines())("a Node host that follows control on $name", (engine) => {
  async function open(): Promise<{ control: TestPublishing; served: ServedControl }> {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const served = await serveControl(control.app);
    onTestFinished(() => served.close());
    return { control, served };
  }

  test("goes live with what is published, paused and rolled back, and reports it", async () => {
    const {
      control,
      served: { url },
    } = await open();
    const host = await start(control, url);
    expect(await host.health()).toMatchObject({ ok: false });
    await control.publish(flowFor(["USA"]));
    await expect
      .poll(() => reported(control))
      .toMatchObject([{ sequence: 1, stopListSequence: 0 }]);
    expect(await host.health()).toMatchObject({ ok: true });
    await control.publish(flowFor(["GBR"]));
    await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
    const rollback = { to: 1, expectedSequence: 2 };
    await control.call(`POST ${SANDBOX}/publications/rollback`, rollback);
    await expect
      .poll(() => reported(control))
      .toMatchObject([{ sequence: 3, stopListSequence: 1 }]);
    expect(host.log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });

  test("starts from its own copy while control is down, and catches up", async () => {
    const { control, served } = await open();
    const { url, port } = served;
    const directory = await temporaryDirectory();
    await control.publish(flowFor(["USA"]));
    const first = await start(control, url, { directory });
    await expect.poll(async () => (await first.health())["ok"]).toBe(true);
    await first.close();
    await served.close();
    await control.publish(flowFor(["GBR"]));
    const second = await start(control, url, { directory });
    expect(await second.health()).toMatchObject({
      ok: true,
      snapshot: expect.stringMatching(/_1$/) as string,
    });
    const again = await serveControl(control.app, port);
    onTestFinished(() => again.close());
    await expect
      .poll(() => second.health(), { timeout: 5000 })
      .toMatchObject({
        snapshot: expect.stringMatching(/_2$/) as string,
      });
  });

  test("tells how requests ended, the last ones when it stops, and is not missed", async () => {
    const {
      control,
      served: { url },
    } = await open();
    await control.publish(flowFor(["USA"]));
    const host = await start(control, url);
    await expect.poll(async () => (await host.health())["ok"]).toBe(true);
    const headers = { "content-type": "application/json" };
    const forged = { method: "POST", headers, body: '{"signedPayload":"a.b.c"}' };
    const answer = await fetch(`${host.url}/apple/retention/yoga/sandbox`, forged);
    expect(answer.status).toBe(400);
    await host.close();
    const place = { app: "yoga", environment: "sandbox" } as const;
    expect(await readAnswerHours(control.database.queries, place, 0)).toMatchObject([
      { answered: 0, refused: 1, lastRequestAt: 0 },
    ]);
    expect(await reported(control)).toEqual([]);
  });

  test("takes nothing from a control plane whose publisher it does not know", async () => {
    const {
      control,
      served: { url },
    } = await open();
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicKeyPem = publicKey.export({ format: "pem", type: "spki" });
    await control.publish(flowFor(["USA"]));
    const host = await start(control, url, { publicKeyPem });
    await expect
      .poll(() => reported(control))
      .toMatchObject([{ sequence: 0, problem: "WIRE_SIGNATURE_INVALID" }]);
    expect(await host.health()).toMatchObject({ ok: false, reason: "WIRE_SIGNATURE_INVALID" });
  });
});
