export { writeFileAtomically } from "./atomic-file.ts";
export { readOrCreateSecretFile } from "./secret-file.ts";
