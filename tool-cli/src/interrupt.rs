//! Ctrl-C: the first asks calls to end, the second ends the program.

use std::sync::Once;

use tokio_util::sync::CancellationToken;

use crate::exit::Exit;

/// Who is told of Ctrl-C. Until somebody is, it ends the program as it ends every other.
#[derive(Debug)]
pub(crate) struct Interrupt {
    token: CancellationToken,
    listens: Once,
}

impl Interrupt {
    pub(crate) fn new() -> Self {
        Self {
            token: CancellationToken::new(),
            listens: Once::new(),
        }
    }

    /// What is cancelled by Ctrl-C from now on.
    pub(crate) fn token(&self) -> CancellationToken {
        self.listens.call_once(|| {
            tokio::spawn(listen(self.token.clone()));
        });
        self.token.clone()
    }
}

async fn listen(token: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_err() {
        // Whoever cannot be told of it is ended by it, as without us.
        return;
    }
    token.cancel();
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(Exit::Interrupted as i32);
    }
}
