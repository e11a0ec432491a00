//! What a network gives TCP: the round trip of a small message, and the bandwidth of one connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// Bytes of the message whose round trip is measured.
const SMALL_MESSAGE: usize = 8;
/// Round trips that are not counted, in which processes and connection warm up.
const WARM_UPS: usize = 20;
const CHUNK: usize = 1 << 20;
const REACH_LIMIT: Duration = Duration::from_secs(2);

const ROUND_TRIPS: u8 = 1;
const STREAM: u8 = 2;

/// # Errors
/// What the network reports.
pub fn serve(address: &str) -> Result<(), String> {
    let listener = TcpListener::bind(address).map_err(|error| error.to_string())?;
    println!("ready");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    for stream in listener.incoming().flatten() {
        // A client that has got its measurement closes the connection.
        let _ = answer(stream);
    }
    Ok(())
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut task = [0];
    stream.read_exact(&mut task)?;
    if task == [ROUND_TRIPS] {
        let mut message = [0; SMALL_MESSAGE];
        loop {
            stream.read_exact(&mut message)?;
            stream.write_all(&message)?;
        }
    }
    // The client counts what has arrived, so the first number is the end of its slow start.
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&(count as u64).to_le_bytes())?;
    }
}

/// # Errors
/// What the network reports, or a sentence about the arguments.
pub fn measure(address: &str, seconds: &str) -> Result<(), String> {
    let seconds: f64 = seconds
        .parse()
        .map_err(|_| format!("{seconds} is no number of seconds."))?;
    let limit = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    let round_trip = round_trip(address, limit / 2).map_err(|error| error.to_string())?;
    let bandwidth = bandwidth(address, limit / 2).map_err(|error| error.to_string())?;
    println!(
        "{{\"roundTripUs\":{:.1},\"bitsPerSecond\":{:.0}}}",
        round_trip * 1e6,
        bandwidth * 8.0
    );
    Ok(())
}

/// The median in seconds.
fn round_trip(address: &str, limit: Duration) -> std::io::Result<f64> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.write_all(&[ROUND_TRIPS])?;
    let begun = Instant::now();
    let mut times = Vec::new();
    let mut message = [0; SMALL_MESSAGE];
    while begun.elapsed() < limit || times.len() < 2 * WARM_UPS {
        let sent = Instant::now();
        stream.write_all(&message)?;
        stream.read_exact(&mut message)?;
        times.push(sent.elapsed().as_secs_f64());
    }
    let mut times = times.split_off(WARM_UPS);
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Bytes a second that arrive, in the second half of the time.
fn bandwidth(address: &str, limit: Duration) -> std::io::Result<f64> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.write_all(&[STREAM])?;
    let mut counts = stream.try_clone()?;
    let begun = Instant::now();
    let counter = std::thread::spawn(move || {
        let (mut total, mut first) = (0_u64, None);
        let mut count = [0; 8];
        while counts.read_exact(&mut count).is_ok() {
            total += u64::from_le_bytes(count);
            let now = begun.elapsed();
            if now < limit / 2 {
                continue;
            }
            let &mut (at, before) = first.get_or_insert((now, total));
            if now >= limit {
                return (total - before) as f64 / (now - at).as_secs_f64();
            }
        }
        0.0
    });
    let chunk = vec![0; CHUNK];
    while !counter.is_finished() {
        stream.write_all(&chunk)?;
    }
    Ok(counter.join().unwrap_or(0.0))
}

/// # Errors
/// Why the host does not answer.
pub fn reach(address: &str) -> Result<(), String> {
    let mut addresses = address
        .to_socket_addrs()
        .map_err(|error| format!("{address}: {error}"))?;
    let first = addresses
        .next()
        .ok_or_else(|| format!("{address} has no address"))?;
    match TcpStream::connect_timeout(&first, REACH_LIMIT) {
        Err(error) if error.kind() != ErrorKind::ConnectionRefused => Err(format!("{address}: {error}")),
        _ => Ok(()),
    }
}
