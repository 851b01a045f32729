import type { DatabaseConnection, Driver } from "kysely";
import type { Engine } from "../../storage/engines/engine.ts";

/**
 * Returns an engine that tells of each point its transactions and statements come to: before each, and
 * after each commit.
 */
export function observedEngine(engine: Engine, reach: (point: string) => void): Engine {
  const { dialect } = engine;
  return {
    ...engine,
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (kysely) => dialect.createIntrospector(kysely),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => observedDriver(dialect.createDriver(), reach),
    },
  };
}

function observedDriver(driver: Driver, reach: (point: string) => void): Driver {
  const observed = new WeakSet<DatabaseConnection>();
  return {
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await driver.acquireConnection();
      // A driver knows its connections by identity, so each is changed and not wrapped.
      if (!observed.has(connection)) observe(connection, reach);
      observed.add(connection);
      return connection;
    },
    async beginTransaction(connection, settings) {
      reach("before begin");
      await driver.beginTransaction(connection, settings);
    },
    async commitTransaction(connection) {
      reach("before commit");
      await driver.commitTransaction(connection);
      reach("after commit");
    },
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

function observe(connection: DatabaseConnection, reach: (point: string) => void): void {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query) => {
    reach(`before ${query.sql.slice(0, 60)}`);
    return execute(query);
  };
}
