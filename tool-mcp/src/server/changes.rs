//! Clients hear that the tools have changed, also of what changed before this was ready to tell them: rmcp has answered them by then.

use rmcp::RoleServer;
use rmcp::service::{Peer, SubscriptionContext};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::mcp_server::Shared;

/// Tells a client with a session of every change, until it is gone.
pub(super) fn tell(
    mut changes: watch::Receiver<u64>,
    peer: Peer<RoleServer>,
    gone: CancellationToken,
) {
    tokio::spawn(gone.run_until_cancelled_owned(async move {
        while changes.changed().await.is_ok() {
            if peer.notify_tool_list_changed().await.is_err() {
                return;
            }
        }
    }));
}

/// Tells a client that has asked to be told, until it wants no more.
pub(super) async fn listen(
    shared: &Shared,
    mut changes: watch::Receiver<u64>,
    subscription: &SubscriptionContext,
) {
    let telling = async {
        while changes.changed().await.is_ok() {
            if subscription
                .sink()
                .notify_tool_list_changed()
                .await
                .is_err()
            {
                return;
            }
        }
    };
    tokio::select! {
        () = telling => {}
        () = subscription.cancelled() => {}
        () = shared.shutdown.cancelled() => {}
    }
}
