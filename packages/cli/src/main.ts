import { runCli } from "./run-cli.ts";
import { createProcessIo } from "./process-io.ts";

process.exitCode = await runCli(process.argv.slice(2), createProcessIo(process));
