//! Waiting for the disk, on a thread of its own: calls that begin together share one wait, and a plain `fn` that waits on a thread of the
//! runtime's needs no other of those.

use std::fs::File;
use std::io;
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::sync::oneshot;

type Synced = Result<(), Arc<io::Error>>;

/// What brings to the disk what was written to a file. The thread ends when this is dropped.
#[derive(Debug)]
pub(super) struct Syncs(mpsc::Sender<oneshot::Sender<Synced>>);

impl Syncs {
    pub(super) fn of(file: File) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        thread::Builder::new()
            .name("tool-runtime journal".to_owned())
            .spawn(move || run(&file, &receive))?;
        Ok(Self(send))
    }

    /// Waits until all that was written before is on the disk.
    pub(super) async fn wait(&self) -> io::Result<()> {
        let (send, receive) = oneshot::channel();
        // Where the thread is gone, nobody answers.
        let _ = self.0.send(send);
        match receive.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(io::Error::new(error.kind(), error)),
            Err(_) => Err(io::Error::other(
                "the thread that waits for the disk has ended",
            )),
        }
    }
}

fn run(file: &File, waiting: &mpsc::Receiver<oneshot::Sender<Synced>>) {
    let mut synced = Ok(());
    while let Ok(first) = waiting.recv() {
        // Who is here has written before.
        let all: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
        // After a failure the system may have dropped what it could not write, and then says that all is well.
        if synced.is_ok() {
            synced = file.sync_data().map_err(Arc::new);
        }
        for one in all {
            // Its call may be over.
            let _ = one.send(synced.clone());
        }
    }
}
