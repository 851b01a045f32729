export { createRefusedTokens, type RefusedToken, type RefusedTokens } from "./refused-tokens.ts";
export { type TokenRefusalReason, type TokenVerdict, verifyToken } from "./verify-token.ts";
