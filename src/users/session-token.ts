/** Seconds that a session lasts. */
export const sessionSeconds = 12 * 3600;
