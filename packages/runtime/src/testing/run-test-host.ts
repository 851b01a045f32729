import { pino } from "pino";
import { openLocalPublisher } from "../node/local-publisher.ts";
import { startNodeHost } from "../node/node-host.ts";
import { readTestConfig, testHostConfig } from "./test-host.ts";

/** A host as a process of its own, for a test to kill: data directory, root in PEM; prints its URL. */
const [dataDirectory = "", rootPem = ""] = process.argv.slice(2);
const publisher = await openLocalPublisher(dataDirectory, {});
const { url } = await startNodeHost({
  config: await readTestConfig(testHostConfig(rootPem), dataDirectory, publisher),
  dataDirectory,
  port: 0,
  logger: pino({ level: "silent" }),
});
process.stdout.write(`${url}\n`);
