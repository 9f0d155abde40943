//! A way to a server that can break.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Bytes go through, in both directions.
    Up,
    /// Bytes are lost and nobody is told, as behind a cable that was pulled. Connections are there, and new ones are made.
    Silent,
    /// What clients send goes through, and what the server says is lost.
    Deaf,
    /// The client reads nothing of what the server says, as a program that stands still: the server has to keep it.
    Stuck,
    /// Connections break off, and new ones are refused.
    Down,
}

/// A port of this machine behind which the server is, for one client that is to lose it.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    link: watch::Sender<Link>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server at this port.
    ///
    /// # Panics
    ///
    /// If there is no port for it.
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (link, seen) = watch::channel(Link::Up);
        let task = tokio::spawn(accept(listener, server, seen));
        Self { port, link, task }
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Changes how the way is, for the connections that are there too.
    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: u16, link: watch::Receiver<Link>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        if *link.borrow() != Link::Down {
            connections.spawn(connect(client, server, link.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(client: TcpStream, server: u16, mut link: watch::Receiver<Link>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = copy(from_client, to_server, link.clone(), |link| {
        matches!(link, Link::Up | Link::Deaf | Link::Stuck)
    });
    let back = copy(from_server, to_client, link.clone(), |link| {
        link == Link::Up
    });
    tokio::select! {
        _ = there => {}
        _ = back => {}
        _ = link.wait_for(|link| *link == Link::Down) => {}
    }
}

/// Until one end is over: where bytes were lost, what follows is no protocol any more, so the connection breaks off when bytes go through
/// again.
async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut link: watch::Receiver<Link>,
    goes_through: fn(Link) -> bool,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    let mut has_lost = false;
    loop {
        if !goes_through(Link::Stuck) {
            let _ = link.wait_for(|link| *link != Link::Stuck).await;
        }
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return Ok(());
        }
        let passes = goes_through(*link.borrow());
        if passes && has_lost {
            return Ok(());
        }
        match passes {
            true => to.write_all(&bytes[..count]).await?,
            false => has_lost = true,
        }
    }
}
