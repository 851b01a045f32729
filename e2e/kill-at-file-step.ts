/**
 * Loaded into a process before its program (`node --import`): ends it with SIGKILL before or after
 * the n-th step of a file whose name matters. `HOLDFAST_E2E_STEPS_OF` is a part of the paths that
 * count, `HOLDFAST_E2E_KILL_AT` which step it ends at, counted from 1, and `HOLDFAST_E2E_STEPS_FILE` a
 * file to write the names of all steps to.
 */
import { appendFileSync, promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { extname } from "node:path";

const pathPart = process.env["HOLDFAST_E2E_STEPS_OF"];
const killAt = Number(process.env["HOLDFAST_E2E_KILL_AT"] ?? "0");
const stepsFile = process.env["HOLDFAST_E2E_STEPS_FILE"];

let steps = 0;

function step(name: string): void {
  steps += 1;
  if (stepsFile !== undefined) appendFileSync(stepsFile, `${name}\n`);
  if (steps === killAt) process.kill(process.pid, "SIGKILL");
}

/** Makes a function of two points out of one whose first argument is a path. */
function between<Args extends readonly unknown[], Result>(
  name: string,
  act: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const path = String(args[0]);
    if (pathPart === undefined || !path.includes(pathPart)) return act(...args);
    step(`before ${name} ${extname(path)}`);
    const result = await act(...args);
    step(`after ${name} ${extname(path)}`);
    return result;
  };
}

const { open, rename, rm } = promises;
promises.open = between("create", async (path, flags, mode) => open(path, flags, mode));
promises.rename = between("rename", async (from, to) => rename(from, to));
promises.rm = between("remove", async (path, options) => rm(path, options));
syncBuiltinESMExports();
