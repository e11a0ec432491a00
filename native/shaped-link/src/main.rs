//! A network of a chosen latency and bandwidth between network namespaces of one machine. Tests train across it as across
//! hosts; the app does not contain it.
//!
//! - `shaped-link forward LATENCY_US BITS_PER_SECOND NAMESPACE=ADDRESS...` connects the namespaces of `ip netns` until it is
//!   ended, and prints `ready` when their devices are there. LATENCY_US is that of one way.
//! - `shaped-link serve ADDRESS:PORT` answers measurements, and prints `ready` when it can be reached.
//! - `shaped-link measure ADDRESS:PORT SECONDS` prints the round trip and the bandwidth that TCP has as JSON.
//! - `shaped-link reach HOST:PORT` exits with 0 if a host answers there, even if it refuses the connection.

#[cfg(target_os = "linux")]
mod forward;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod shape;
#[cfg(target_os = "linux")]
mod tun;

#[cfg(target_os = "linux")]
fn run(words: &[&str]) -> Result<(), String> {
    match words {
        ["forward", latency, bandwidth, hosts @ ..] => forward::run(latency, bandwidth, hosts),
        ["serve", address] => measure::serve(address),
        ["measure", address, seconds] => measure::measure(address, seconds),
        ["reach", address] => measure::reach(address),
        _ => {
            Err("The first words are none of forward, serve, measure and reach with their arguments.".into())
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn run(_words: &[&str]) -> Result<(), String> {
    Err("Network namespaces need Linux.".into())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Err(message) = run(&words) {
        eprintln!("{message}");
        std::process::exit(1);
    }
}
