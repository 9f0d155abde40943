//! Clients hear that the tools have changed.

use rmcp::RoleServer;
use rmcp::service::{Peer, SubscriptionContext};
use tokio_util::sync::CancellationToken;

use super::mcp_server::Shared;

/// Tells a client with a session of every change, until it is gone.
pub(super) fn tell(shared: &Shared, peer: Peer<RoleServer>, gone: CancellationToken) {
    let mut changes = shared.changes.subscribe();
    tokio::spawn(gone.run_until_cancelled_owned(async move {
        while changes.changed().await.is_ok() {
            if peer.notify_tool_list_changed().await.is_err() {
                return;
            }
        }
    }));
}

/// Tells a client that has asked to be told, until it wants no more.
pub(super) async fn listen(shared: &Shared, subscription: &SubscriptionContext) {
    let mut changes = shared.changes.subscribe();
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
