//! Real packets between sockets of this process.

use std::io::{Error, Read, Result, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

use flow_common::{FlowKey, FlowStats};
use mapkey_runtime::{Be, Ipv4};

/// One way of a conversation, as its sender knows it.
pub(crate) struct Sent {
    pub(crate) key: FlowKey,
    /// No fewer packets and bytes than these went over the wire.
    pub(crate) at_least: FlowStats,
}

/// The headers of an IPv4 packet with UDP in it.
const UDP_HEADERS: u64 = 20 + 8;
/// No packet of this process gets lost. Whoever waits longer waits for ever.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(5));

/// Two clients ask a UDP server, one fetches something over TCP; returns both ways of each.
///
/// # Errors
///
/// The sockets'.
pub(crate) fn drive() -> Result<Vec<Sent>> {
    let mut sent = Vec::new();
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 5353))?;
    for (client, questions) in [(Ipv4Addr::new(127, 0, 0, 2), 3), (Ipv4Addr::new(127, 0, 0, 3), 1)] {
        sent.extend(ask(&udp, SocketAddrV4::new(client, 40_001), questions)?);
    }
    sent.extend(fetch(&TcpListener::bind((Ipv4Addr::LOCALHOST, 8080))?)?);
    Ok(sent)
}

fn ask(server: &UdpSocket, from: SocketAddrV4, questions: u64) -> Result<[Sent; 2]> {
    const QUESTION: [u8; 29] = [b'?'; 29];
    const ANSWER: [u8; 45] = [b'!'; 45];
    let client = UdpSocket::bind(from)?;
    client.connect(server.local_addr()?)?;
    client.set_read_timeout(PATIENCE)?;
    server.set_read_timeout(PATIENCE)?;
    let mut buffer = [0; 64];
    for _ in 0..questions {
        client.send(&QUESTION)?;
        let (_, asker) = server.recv_from(&mut buffer)?;
        server.send_to(&ANSWER, asker)?;
        client.recv(&mut buffer)?;
    }
    let way = |from, to, payload: u64| Sent {
        key: flow(from, to, 17),
        at_least: FlowStats { packets: questions, bytes: questions * (UDP_HEADERS + payload) },
    };
    let (here, there) = (v4(client.local_addr()?)?, v4(server.local_addr()?)?);
    Ok([way(here, there, QUESTION.len() as u64), way(there, here, ANSWER.len() as u64)])
}

fn fetch(listener: &TcpListener) -> Result<[Sent; 2]> {
    const REQUEST: &[u8] = b"GET / HTTP/1.0\r\n\r\n";
    static RESPONSE: [u8; 100_000] = [b'.'; 100_000];
    let server = v4(listener.local_addr()?)?;
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(PATIENCE)?;
    let client = v4(stream.local_addr()?)?;
    thread::scope(|scope| {
        let serve = scope.spawn(|| -> Result<()> {
            let (mut stream, _) = listener.accept()?;
            stream.set_read_timeout(PATIENCE)?;
            stream.read_exact(&mut [0; REQUEST.len()])?;
            stream.write_all(&RESPONSE)
        });
        stream.write_all(REQUEST)?;
        stream.shutdown(Shutdown::Write)?;
        stream.read_to_end(&mut Vec::new())?;
        serve.join().unwrap_or_else(|_| Err(Error::other("the server panicked")))
    })?;
    let way = |from, to, payload: usize| Sent {
        key: flow(from, to, 6),
        at_least: FlowStats { packets: 1, bytes: payload as u64 },
    };
    Ok([way(client, server, REQUEST.len()), way(server, client, RESPONSE.len())])
}

fn flow(from: SocketAddrV4, to: SocketAddrV4, proto: u8) -> FlowKey {
    FlowKey::new(
        Ipv4::from(*from.ip()).to_be(),
        Ipv4::from(*to.ip()).to_be(),
        Be::new(from.port()),
        Be::new(to.port()),
        proto,
    )
}

fn v4(address: SocketAddr) -> Result<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(address) => Err(Error::other(format!("found the address {address}, expected an IPv4 address"))),
    }
}
