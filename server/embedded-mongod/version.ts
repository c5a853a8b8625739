/** The MongoDB version whose behaviour the engine gives. */
export const VERSION = '8.0.0';
