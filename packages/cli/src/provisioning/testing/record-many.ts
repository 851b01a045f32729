/** A process that records a publication after the other in one state file: `node record-many.ts <file> <name> <count>`. */
import { openState } from "@holdfast/provisioning";
import { createProcessIo } from "../../process-io.ts";
import { createStateFile } from "../state-file.ts";

const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;

const [path = "", name = "", count = "0"] = process.argv.slice(2);
const io = { ...createProcessIo(process), warn: () => undefined };
const state = await openState(createStateFile(io, { path, owner: OWNER }), OWNER, io.now());
for (let index = 0; index < Number(count); index += 1) {
  await state.update((before) => {
    const names = { ...before.names, [`${name}-${index}`]: { message: name, locale: "en-US" } };
    return { ...before, names };
  });
}
