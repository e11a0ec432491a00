import { app, type Session } from 'electron'

/**
 * The page needs no network: the engine fetches what the app downloads. Neither the content security policy nor a
 * session's request filter hears of what Chromium itself looks up and connects to for WebRTC and for resource hints, so
 * a page could pass data to anybody in a host's name. Names are therefore not looked up at all, WebRTC may only use a
 * proxy, and the proxy does not exist. The development server has an address. The shell asks the update server, whose
 * name alone is looked up: it tells nobody anything.
 */
const NO_NAMES = ['MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1']
/** Only the system's administrator can listen at this port, and nobody does. */
const NO_PROXY_THERE = 'http://127.0.0.1:1'

/**
 * Must be called before the app is ready. `hosts` are the names that the shell itself needs for what it downloads in a
 * session of its own, with those of the servers that these redirect to.
 */
export function closeNetwork(hosts: readonly string[] = []): void {
  const rules = [...NO_NAMES, ...hosts.map((host) => `EXCLUDE ${host}`)]
  app.commandLine.appendSwitch('host-resolver-rules', rules.join())
  app.on('web-contents-created', (_event, contents) =>
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp'),
  )
}

/** Resolves when no connection of the session leaves this machine or reaches a program on it. */
export function closeConnections(session: Session): Promise<void> {
  return session.setProxy({ proxyRules: NO_PROXY_THERE, proxyBypassRules: '<-loopback>' })
}
