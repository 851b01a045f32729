/**
 * Which room may see which. The table is ARCHITECTURE.md's, as rules.
 * @type {import("dependency-cruiser").IConfiguration}
 */
const room = (name) => `^packages/${name}/`;
const TEST = "\\.test\\.ts$|/testing/";

/** A rule: files of `name` (tests aside) import no other room than `mayImport`. */
function onlyImports(name, mayImport) {
  return {
    name: `${name}-imports`,
    comment: `${name} may import ${mayImport.length === 0 ? "no other room" : mayImport.join(", ")}`,
    severity: "error",
    from: { path: room(name), pathNot: TEST },
    to: { path: "^packages/", pathNot: [name, ...mayImport].map(room) },
  };
}

/** A rule: the files matching `path` reach none of `forbidden`, directly or through others. */
function neverReaches(name, path, forbidden) {
  return {
    name,
    severity: "error",
    from: { path, pathNot: TEST },
    to: { path: forbidden, reachable: true },
  };
}

/** What may be bundled into a Worker: no schema library, YAML, router, log library or Node API. */
const NOT_PORTABLE = [
  "node_modules/(zod|yaml|hono|@hono|pino|prom-client|commander|pngjs)/",
  "^node:",
  "^(fs|crypto|path|os|http)$",
];

export default {
  forbidden: [
    onlyImports("appstore", []),
    onlyImports("flow", ["appstore"]),
    onlyImports("runtime", ["appstore", "flow"]),
    onlyImports("emulator", ["appstore"]),
    onlyImports("provisioning", ["appstore", "flow"]),
    onlyImports("api", ["appstore", "flow"]),
    onlyImports("control", ["appstore", "flow", "provisioning", "api", "runtime"]),
    {
      name: "control-knows-no-host",
      comment:
        "control may use the runtime's core, its wire formats and how secrets lie in files, never its hosts",
      severity: "error",
      from: { path: room("control"), pathNot: TEST },
      to: { path: "^packages/runtime/src/(node/(?!secret-files\\.ts$)|workers/|workers-tools/)" },
    },
    onlyImports("cli", [
      "appstore",
      "flow",
      "runtime",
      "emulator",
      "provisioning",
      "api",
      "control",
    ]),
    {
      name: "emulator-judges-with-other-code",
      comment:
        "the emulator may use appstore's types only, so that our mistakes cannot agree with themselves",
      severity: "error",
      from: { path: room("emulator"), pathNot: TEST },
      to: { path: room("appstore"), dependencyTypesNot: ["type-only"] },
    },
    neverReaches("appstore-is-portable", "^packages/appstore/src/(?!images/)", NOT_PORTABLE),
    neverReaches(
      "flow-evaluation-is-portable",
      "^packages/flow/src/(evaluate|snapshot)/",
      NOT_PORTABLE,
    ),
    neverReaches(
      "runtime-core-is-portable",
      "^packages/runtime/src/(?!node/|workers-tools/)",
      NOT_PORTABLE,
    ),
    neverReaches("worker-bundles-the-core-alone", "^packages/runtime/src/workers/", [
      "^packages/flow/src/(document|validate|compile|explain|diff|cases)/",
      "^packages/runtime/src/(simulate|node|workers-tools|workers-publishing)/",
    ]),
    {
      name: "tests-stay-out",
      comment: "nothing but tests imports tests or their tools",
      severity: "error",
      from: { path: "^packages/", pathNot: TEST },
      to: { path: TEST },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-undeclared-dependency",
      severity: "error",
      from: { path: "^packages/", pathNot: TEST },
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "npm-dev"],
        dependencyTypesNot: ["npm"],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(node_modules/(?!@holdfast|holdfast)|\\.cache)/.*/node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.tests.json" },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js"],
    },
  },
};
