//! Ctrl-C: the first ends the conversation where it can go on, the second ends the program at once, which a conversation survives too.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::signal::ctrl_c;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// What Ctrl-C cancels from here on.
pub(crate) async fn token() -> CancellationToken {
    let token = CancellationToken::new();
    let (listens, listening) = oneshot::channel();
    tokio::spawn(listen(token.clone(), listens));
    let _ = listening.await;
    token
}

async fn listen(token: CancellationToken, listens: oneshot::Sender<()>) {
    let mut first = pin!(ctrl_c());
    // It listens from its first poll on.
    let begun = poll_fn(|context| Poll::Ready(first.as_mut().poll(context))).await;
    let _ = listens.send(());
    let pressed = match begun {
        Poll::Ready(pressed) => pressed,
        Poll::Pending => first.await,
    };
    if pressed.is_err() {
        // Then it ends the program, as it ends any other.
        return;
    }
    token.cancel();
    if ctrl_c().await.is_ok() {
        std::process::exit(130);
    }
}
