//! A network of one's own: a namespace with nothing in it but a loopback interface.

use std::io::{Error, ErrorKind, Result};

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, sendto, socket_with};
use rustix::thread::{UnshareFlags, unshare_unsafe};

/// The loopback interface is the first of each network namespace (`LOOPBACK_IFINDEX` in
/// `include/net/flow.h`).
pub(crate) const LOOPBACK: u32 = 1;

/// Moves this thread into a network namespace of its own, and brings its loopback interface up, with
/// the addresses 127.0.0.0/8. Threads that it starts from here on are in it too. The namespace goes
/// when the last of them ends.
///
/// # Errors
///
/// The kernel's, as when the right to it is missing.
pub(crate) fn enter_new_namespace() -> Result<()> {
    // SAFETY: only a table of descriptors that is no longer shared would be unsafe, and this leaves it
    // shared.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?;
    bring_up(LOOPBACK)
}

/// What `ip link set dev INTERFACE up` sends and expects, by `<linux/netlink.h>` and
/// `<linux/rtnetlink.h>`.
fn bring_up(interface: u32) -> Result<()> {
    const RTM_NEWLINK: u16 = 16;
    const NLM_F_REQUEST_ACK: u16 = 1 | 4;
    const IFF_UP: u32 = 1;
    const NLMSG_ERROR: u16 = 2;
    const LENGTH: u32 = 32;

    let mut request = Vec::new();
    // struct nlmsghdr
    request.extend(LENGTH.to_ne_bytes());
    request.extend(RTM_NEWLINK.to_ne_bytes());
    request.extend(NLM_F_REQUEST_ACK.to_ne_bytes());
    request.extend([0; 8]);
    // struct ifinfomsg
    request.extend([0; 4]);
    request.extend(interface.to_ne_bytes());
    request.extend(IFF_UP.to_ne_bytes());
    request.extend(IFF_UP.to_ne_bytes());

    // Without a protocol it is number 0, which is NETLINK_ROUTE.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    sendto(&socket, &request, SendFlags::empty(), &netlink::SocketAddrNetlink::new(0, 0))?;
    let mut answer = [0; 256];
    recv(&socket, &mut answer[..], RecvFlags::empty())?;

    // struct nlmsghdr, then the negative errno of struct nlmsgerr, zero for success.
    let [_, _, _, _, kind0, kind1, _, _, _, _, _, _, _, _, _, _, errno @ ..] = answer;
    let errno = errno.first_chunk().map_or(0, |errno| i32::from_ne_bytes(*errno));
    match (u16::from_ne_bytes([kind0, kind1]), errno) {
        (NLMSG_ERROR, 0) => Ok(()),
        (NLMSG_ERROR, errno) => Err(Error::from_raw_os_error(errno.wrapping_neg())),
        (kind, _) => Err(Error::new(ErrorKind::InvalidData, format!("netlink answered with a message of type {kind}"))),
    }
}
