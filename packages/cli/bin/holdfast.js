#!/usr/bin/env node
// The command's start. Plain JavaScript, so that Node loads its type stripper only when a source has
// changed since the last run: what it compiled is kept in the user's own cache directory.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const { XDG_CACHE_HOME: cacheHome = "" } = process.env;
enableCompileCache(join(cacheHome === "" ? join(homedir(), ".cache") : cacheHome, "holdfast"));
await import("../src/main.ts");
