/** The number of steps in a trace. The engine ends a trace earlier if it reaches 100,000 events. */
export const TRACE_STEPS = 200
