import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import { readDecisions } from "../../packages/runtime/src/testing/test-host.ts";
import type { PublishedText } from "./contract-app.ts";
import { endingOf } from "./contract-host.ts";
import type { ContractHost, ContractHostOptions, Ending, StoredState } from "./contract-host.ts";

const ENDINGS: Readonly<Record<PublishedText["what"], string>> = {
  live: "live.json",
  stopList: "stop-list.jws",
};

/** Starts the Node host, which finds what is published in its data directory. */
export async function startNodeContractHost({
  app,
  values,
}: ContractHostOptions): Promise<ContractHost> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "holdfast-contract-"));
  const publications = join(dataDirectory, "publications");
  await mkdir(publications, { mode: 0o700 });
  const put = async ({ app: id, what, text }: PublishedText): Promise<void> => {
    const file = join(publications, `${id}.sandbox.${ENDINGS[what]}`);
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  for (const value of values) await put(value);
  const states = new Map<string, StoredState>();
  const endings: Ending[] = [];
  const write = (line: string): void => {
    const ending = endingOf(line);
    if (ending !== undefined) endings.push(ending);
  };
  const host = await startNodeHost({
    config: await readRuntimeConfig(app.config, {
      directory: dataDirectory,
      localPublisherKeyPem: app.publisher.publicKeyPem,
    }),
    dataDirectory,
    port: 0,
    env: { HOLDFAST_RUNTIME_SECRET: app.runtimeSecret },
    logger: pino({ level: "info" }, { write }),
    subscribers: {
      async find({ app: id, pseudonym }) {
        const state = states.get(`${id}/${pseudonym}`);
        if (state === "failing") throw new Error("the store is away");
        return state === "late" ? new Promise<never>(() => undefined) : state;
      },
    },
  });
  return {
    url: host.url,
    async put(value) {
      await put(value);
      await host.refresh();
    },
    async keepState(pseudonym, state, id = "test") {
      states.set(`${id}/${pseudonym}`, state);
    },
    decisions: () => readDecisions(dataDirectory),
    endings: () => endings,
    async close() {
      await host.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
}
