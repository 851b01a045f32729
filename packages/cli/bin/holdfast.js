#!/usr/bin/env node
// The command's start. Plain JavaScript of the oldest kind that every Node still around can read, so
// that one that is too old can say so.
import { lstatSync, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`holdfast needs Node 22.18 or later; this is v${process.versions.node}\n`);
  process.exit(1);
}
keepCompiledCode();
await import("../src/main.ts");

/**
 * Keeps what Node compiled in the user's own cache directory, so that it loads its type stripper only
 * when a source has changed since the last run. Without a directory of the user's own, everything is
 * compiled again: what is kept there is run. Nothing of this may stop a command.
 */
function keepCompiledCode() {
  try {
    const directory = join(cacheHome(), "holdfast");
    makeDirectory(directory);
    if (isOwn(directory)) module.enableCompileCache(directory);
  } catch {
    // Slower, and that is all.
  }
}

/** A relative path counts as none: see https://specifications.freedesktop.org/basedir-spec */
function cacheHome() {
  const { XDG_CACHE_HOME: named = "" } = process.env;
  if (isAbsolute(named)) return named;
  const directory = join(homedir(), ".cache");
  makeDirectory(directory);
  return directory;
}

/**
 * One directory, never those above it: below /proc Node would try for ever.
 *
 * @param {string} path
 */
function makeDirectory(path) {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

/**
 * Whether nobody else can write there. Windows has no such owners; there the home directory is the
 * user's own.
 *
 * @param {string} path
 */
function isOwn(path) {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return false;
  return process.getuid === undefined || (stats.uid === process.getuid() && !(stats.mode & 0o022));
}
