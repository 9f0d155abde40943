//! What the tools of one discovery share; whoever drops it last ends the inbox.

use std::sync::Arc;

use async_nats::Client;
use tokio::task::AbortHandle;

use super::DiscoverError;
use super::discover::Settings;
use super::inbox::{self, Table};
use super::why::Why;
use crate::wire::last_token;

pub(super) struct Link {
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) table: Arc<Table>,
    /// Where answers come to, without the token.
    pub(super) inbox: String,
    pub(super) why: Why,
    reading: AbortHandle,
}

impl Link {
    pub(super) async fn new(client: Client, settings: Settings) -> Result<Self, DiscoverError> {
        let inbox = client.new_inbox();
        let subscribed = client.subscribe(format!("{inbox}.*")).await;
        let within = settings.within;
        let answers = subscribed.map_err(|_| DiscoverError::NotConnected { within })?;
        let table = Arc::new(Table::new(last_token(&inbox)));
        let prefix = settings.prefix.clone();
        let reading = inbox::read(answers, Arc::clone(&table), client.clone(), prefix);
        let reading = tokio::spawn(reading).abort_handle();
        Ok(Self {
            client,
            settings,
            table,
            inbox,
            why: Why::default(),
            reading,
        })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reading.abort();
    }
}
