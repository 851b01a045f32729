import manifest from "../package.json" with { type: "json" };

/** The version of this binary. */
export const VERSION: string = manifest.version;
