//! Netlink: what hangs on network devices without a link. Only dumps are asked for; nothing is changed.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};
use rustix::net::{connect, recv, send, socket_with};

use super::Errno;

/// A message's header, `struct nlmsghdr`.
const HEADER: usize = 16;

/// The kernel answers a dump in messages of at most 32 KiB (`netlink_dump`), and this is twice that.
const BUFFER: usize = 1 << 16;

/// More messages than this for one dump are refused.
const MAX_MESSAGES: usize = 1 << 20;

/// How often a dump is asked for again that changed while it was read.
const MAX_RETRIES: usize = 8;

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLM_F_DUMP: u16 = 0x300;

/// A socket to `NETLINK_ROUTE`, of the network namespace that the calling thread is in.
pub(crate) struct Route {
    socket: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

/// A message of a dump, without its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    body: Vec<u8>,
}

impl Message {
    /// The fixed part, as long as it has to be, and the attributes behind it.
    pub(crate) fn split(&self, fixed: usize) -> Option<(&[u8], Attributes<'_>)> {
        let (fixed, rest) = self.body.split_at_checked(fixed)?;
        Some((fixed, Attributes(rest)))
    }
}

impl Route {
    pub(crate) fn open() -> Result<Self, Errno> {
        // No protocol is NETLINK_ROUTE, whose number is 0.
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
        // Once connected to the kernel, the socket takes nothing from anybody else (`netlink_getsockbyportid`).
        connect(&socket, &netlink::SocketAddrNetlink::new(0, 0))?;
        set_socket_timeout(&socket, Timeout::Recv, Some(Duration::from_secs(10)))?;
        Ok(Self { socket, sequence: 0, buffer: vec![0; BUFFER] })
    }

    /// All messages that the kernel answers a dump with. `body` is what follows the header of the request.
    pub(crate) fn dump(&mut self, kind: u16, body: &[u8]) -> Result<Vec<Message>, Errno> {
        for _ in 0..MAX_RETRIES {
            if let Some(messages) = self.try_dump(kind, body)? {
                return Ok(messages);
            }
        }
        Err(Errno(libc::EAGAIN))
    }

    /// `None` if what is dumped changed meanwhile.
    fn try_dump(&mut self, kind: u16, body: &[u8]) -> Result<Option<Vec<Message>>, Errno> {
        self.sequence = self.sequence.wrapping_add(1);
        send(&self.socket, &request(kind, self.sequence, body)?, SendFlags::empty())?;
        let mut messages = Vec::new();
        let mut changed = false;
        loop {
            let (len, whole) = match recv(&self.socket, self.buffer.as_mut_slice(), RecvFlags::TRUNC) {
                Err(rustix::io::Errno::INTR) => continue,
                received => received?,
            };
            if whole > len || len == 0 {
                return Err(Errno(libc::EMSGSIZE));
            }
            let mut rest = self.buffer.get(..len).unwrap_or_default();
            while !rest.is_empty() {
                let (head, message, tail) = split(rest).ok_or(Errno(libc::EBADMSG))?;
                rest = tail;
                if head.sequence != self.sequence {
                    continue;
                }
                changed |= head.flags & NLM_F_DUMP_INTR != 0;
                match head.kind {
                    // Both begin with an error's number, which is negative, or zero for none.
                    NLMSG_DONE | NLMSG_ERROR => {
                        let number = u32_at(message, 0).unwrap_or(0).cast_signed();
                        return match number {
                            0 if changed => Ok(None),
                            0 => Ok(Some(messages)),
                            number => Err(Errno(number.checked_neg().unwrap_or(libc::EIO))),
                        };
                    }
                    _ if messages.len() >= MAX_MESSAGES => return Err(Errno(libc::E2BIG)),
                    _ => messages.push(Message { body: message.to_vec() }),
                }
            }
        }
    }
}

fn request(kind: u16, sequence: u32, body: &[u8]) -> Result<Vec<u8>, Errno> {
    let len = u32::try_from(HEADER + body.len()).map_err(|_| Errno(libc::EMSGSIZE))?;
    let mut request = Vec::with_capacity(HEADER + body.len());
    request.extend(len.to_ne_bytes());
    request.extend(kind.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    request.extend(sequence.to_ne_bytes());
    request.extend([0; 4]);
    request.extend(body);
    Ok(request)
}

struct Head {
    kind: u16,
    flags: u16,
    sequence: u32,
}

/// The first message, and what follows it.
fn split(data: &[u8]) -> Option<(Head, &[u8], &[u8])> {
    let len = usize::try_from(u32_at(data, 0)?).ok()?;
    let body = data.get(HEADER..len)?;
    let head = Head { kind: u16_at(data, 4)?, flags: u16_at(data, 6)?, sequence: u32_at(data, 8)? };
    Some((head, body, after(data, len)))
}

/// What follows `len` bytes and what aligns them to 4.
fn after(data: &[u8], len: usize) -> &[u8] {
    data.get(len.next_multiple_of(4)..).unwrap_or_default()
}

/// A number in this machine's order.
pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().copied().map(u32::from_ne_bytes)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?.first_chunk().copied().map(u16::from_ne_bytes)
}

/// Attributes in a row, `struct nlattr`. What is broken ends them.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'d>(pub(crate) &'d [u8]);

impl<'d> Attributes<'d> {
    /// The first attribute of this kind.
    pub(crate) fn get(self, kind: u16) -> Option<&'d [u8]> {
        let mut attributes = self;
        attributes.find(|&(found, _)| found == kind).map(|(_, data)| data)
    }

    /// The attributes within the first one of this kind.
    pub(crate) fn nested(self, kind: u16) -> Option<Self> {
        self.get(kind).map(Self)
    }

    /// A number of 32 bits.
    pub(crate) fn u32(self, kind: u16) -> Option<u32> {
        u32_at(self.get(kind)?, 0)
    }

    /// Text that ends in NUL.
    pub(crate) fn text(self, kind: u16) -> Option<String> {
        self.get(kind).map(super::text)
    }
}

impl<'d> Iterator for Attributes<'d> {
    type Item = (u16, &'d [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // The upper two bits tell of nesting and of byte order.
        const NLA_TYPE_MASK: u16 = 0x3fff;
        let len = usize::from(u16_at(self.0, 0)?);
        let kind = u16_at(self.0, 2)? & NLA_TYPE_MASK;
        let data = self.0.get(4..len)?;
        self.0 = after(self.0, len);
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = u16::try_from(data.len() + 4).unwrap().to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn attributes_are_read_and_nested() {
        let inner = attribute(4, &7u32.to_ne_bytes());
        let data = [attribute(3, b"lo\0"), attribute(43 | 0x8000, &inner)].concat();
        let attributes = Attributes(&data);
        assert_eq!(attributes.text(3).as_deref(), Some("lo"));
        assert_eq!(attributes.nested(43).and_then(|xdp| xdp.u32(4)), Some(7));
        assert_eq!(attributes.get(9), None);
    }

    #[test]
    fn broken_lengths_end_it() {
        for len in [0u16, 1, 3, 200] {
            let mut data = attribute(3, b"lo\0");
            data[..2].copy_from_slice(&len.to_ne_bytes());
            assert_eq!(Attributes(&data).count(), 0, "{len}");
        }
        assert!(split(&[0; 16]).is_none());
        assert!(split(&[255; 40]).is_none());
        let message = request(18, 1, &[1, 2, 3]).unwrap();
        let (head, body, rest) = split(&message).unwrap();
        assert_eq!((head.kind, head.sequence, body, rest), (18, 1, &[1u8, 2, 3][..], &[][..]));
    }

    #[test]
    fn the_kernel_lists_its_devices() {
        let mut route = Route::open().unwrap();
        let devices = route.dump(18, &[0; 16]).unwrap(); // RTM_GETLINK, struct ifinfomsg
        let names: Vec<_> = devices.iter().filter_map(|device| device.split(16)?.1.text(3)).collect();
        assert!(names.iter().any(|name| name == "lo"), "{names:?}");
    }
}
