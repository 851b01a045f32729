export { serverApiOperations } from "./server-api-operations.ts";
