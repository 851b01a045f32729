/**
 * The header every call of the client carries. A page of another site cannot add one without asking first,
 * and is told no: with the session's cookie, a request that changes something needs it.
 */
export const CLIENT_HEADER = "X-Holdfast-Client";
