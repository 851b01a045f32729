import type { IncomingMessage, ServerResponse } from "node:http";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { exchangeRaw } from "../testing/raw-http.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import type { Companion } from "./listener.ts";
import { startNodeHost } from "./node-host.ts";
import type { NodeHost } from "./node-host.ts";

/** A host with a companion and a listener of its own for administrators, and what it logs. */
async function startWithCompanion(
  handle: Companion["handle"],
): Promise<{ readonly host: NodeHost; readonly log: readonly string[] }> {
  const log: string[] = [];
  const host = await startNodeHost({
    config: { apps: [], warnings: [] },
    dataDirectory: await temporaryDirectory(),
    logger: pino({}, { write: (line) => void log.push(line) }),
    port: 0,
    adminListen: { host: "127.0.0.1", port: 0 },
    companion: {
      handle,
      isUp: () => true,
      endStreams: () => undefined,
      renderMetrics: () => Promise.resolve(""),
    },
  });
  onTestFinished(() => host.close());
  return { host, log };
}

function answerAsCompanion(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.end("the companion");
}

async function answerTo(url: string, target: string): Promise<string> {
  const head = `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  return exchangeRaw(url, head);
}

test.each([
  "/apple/notifications/yoga/production",
  "/apple/notifications/yoga/production?from=apple",
  "http://a.example/apple/notifications/yoga/production",
])("the public listener passes %s on", async (target) => {
  const { host } = await startWithCompanion(answerAsCompanion);
  expect(await answerTo(host.url, target)).toContain("the companion");
});

test.each([
  "/v1/apps",
  "//v1/apps",
  "/apple/notifications/../../v1/apps",
  "/apple/notifications/./../../v1/apps",
  "/apple/notifications/%2e%2e/%2E%2e/v1/apps",
  "/apple/notifications/..%2f..%2fv1/apps",
  "/apple/notifications/\\..\\..\\v1\\apps",
  "http://a.example/apple/notifications/../../v1/apps",
  "http://a.example?/apple/notifications/yoga",
  "http://a.example/v1/apps?/apple/notifications/yoga",
  "/metrics",
])("the public listener has nothing at %s, and the administrators' may", async (target) => {
  const { host } = await startWithCompanion(answerAsCompanion);
  expect(await answerTo(host.url, target)).not.toContain("the companion");
  expect(await answerTo(host.adminUrl, target)).toContain("200 OK");
});

test("a companion that throws ends one connection, is told of, and answers go on", async () => {
  const { host, log } = await startWithCompanion(() => {
    throw new TypeError("not of this request");
  });
  expect(await answerTo(host.adminUrl, "/v1/apps")).toBe("");
  expect(log.join("")).toContain('"error":"TypeError"');
  expect(await answerTo(host.url, "/healthz")).toContain("200 OK");
});
