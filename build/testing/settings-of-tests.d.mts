export const settingsOfTests: { DLRM_STUDIO_SETTINGS: string }
