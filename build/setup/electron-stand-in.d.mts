export function repairAppLink(runtime?: string): void
