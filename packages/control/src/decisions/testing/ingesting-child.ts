/** The program {@link killIngesting} runs. */
import { openStorageDatabase } from "../../storage/open-database.ts";
import { ingestDecisions, keptMsOf } from "../index.ts";
import type { IngestingTask } from "./killed-ingesting.ts";

// Written by killIngesting().
const { place, records, now, killAt } = JSON.parse(process.argv[2] ?? "") as IngestingTask;
const die = (): Promise<void> => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
};
const database = await openStorageDatabase(place);
await ingestDecisions(
  {
    database,
    keptMs: keptMsOf(),
    streams: { takeDecisions: () => (killAt === "inside" ? die() : Promise.resolve()) },
  },
  { decisions: records, apps: "all", now },
);
await die();
