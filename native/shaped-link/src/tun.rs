//! A TUN device in a network namespace: what the namespace sends can be read, and what is written arrives there.

use std::ffi::{c_int, c_short};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use libc::{
    CLONE_NEWNET, IFF_NO_PI, IFF_TUN, IFF_VNET_HDR, O_CLOEXEC, O_NONBLOCK, O_RDWR, TUN_F_CSUM, TUN_F_TSO4,
    TUNSETIFF, TUNSETOFFLOAD, TUNSETPERSIST,
};

/// The device's name in every namespace.
pub const DEVICE: &str = "cluster0";

/// Before each packet is a `virtio_net_hdr`, which says what the kernel has left to the device: it may be several segments
/// of TCP in one, and without checksum. The receiving kernel understands it.
pub const HEADER: usize = 10;

/// The largest packet, its header included.
pub const LARGEST_PACKET: usize = HEADER + 65_535;

pub struct Tun {
    fd: OwnedFd,
}

impl Tun {
    /// Creates the device in a namespace of `ip netns`. The calling thread stays in that namespace. The device goes with its
    /// namespace: when this process ends, the host is like one whose cable was pulled.
    ///
    /// # Errors
    /// A sentence that names the namespace.
    pub fn create(namespace: &str) -> Result<Self, String> {
        let explained =
            |what: &str, error: io::Error| format!("{what} in the network namespace {namespace}: {error}");
        let path = format!("/run/netns/{namespace}");
        let handle = File::open(&path).map_err(|error| format!("{path} cannot be opened: {error}"))?;
        // SAFETY: the descriptor is open.
        check(unsafe { libc::setns(handle.as_raw_fd(), CLONE_NEWNET) })
            .map_err(|error| explained("This process cannot be", error))?;
        // SAFETY: the path is a string of C, and nobody else owns the new descriptor.
        let fd = unsafe {
            let fd = libc::open(c"/dev/net/tun".as_ptr(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
            check(fd).map_err(|error| explained("/dev/net/tun cannot be opened", error))?;
            OwnedFd::from_raw_fd(fd)
        };
        // SAFETY: zeros are a valid request.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        for (place, &byte) in request.ifr_name.iter_mut().zip(DEVICE.as_bytes()) {
            *place = byte as libc::c_char;
        }
        request.ifr_ifru.ifru_flags = (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR) as c_short;
        let (raw, offload) = (fd.as_raw_fd(), libc::c_ulong::from(TUN_F_CSUM | TUN_F_TSO4));
        // SAFETY: the kernel reads and writes the request, which lives; the other calls take numbers.
        unsafe {
            check(libc::ioctl(raw, TUNSETIFF as _, &mut request))
                .and_then(|()| check(libc::ioctl(raw, TUNSETOFFLOAD as _, offload)))
                .and_then(|()| check(libc::ioctl(raw, TUNSETPERSIST as _, 1 as libc::c_ulong)))
        }
        .map_err(|error| explained("There can be no TUN device", error))?;
        Ok(Self { fd })
    }

    pub fn descriptor(&self) -> c_int {
        self.fd.as_raw_fd()
    }

    /// Reads a packet with its header. Returns its length, or None when the namespace has sent none.
    pub fn read(&self, packet: &mut [u8]) -> io::Result<Option<usize>> {
        // SAFETY: the memory is borrowed for the call.
        let count = unsafe { libc::read(self.descriptor(), packet.as_mut_ptr().cast(), packet.len()) };
        match usize::try_from(count) {
            Ok(count) => Ok(Some(count)),
            Err(_) => {
                let error = io::Error::last_os_error();
                (error.kind() == io::ErrorKind::WouldBlock)
                    .then_some(None)
                    .ok_or(error)
            }
        }
    }

    /// Delivers a packet with its header. A device that is down or refuses a packet loses it, as a network does.
    pub fn write(&self, packet: &[u8]) {
        // SAFETY: the memory is borrowed for the call.
        let _ = unsafe { libc::write(self.descriptor(), packet.as_ptr().cast(), packet.len()) };
    }
}

fn check(code: c_int) -> io::Result<()> {
    if code < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
