//! A clock that stands still, so that a batch takes the time it says and a check takes none.

use tokio::runtime::{Builder, Runtime};

thread_local! {
    static PAUSED: Runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime can be had");
}

pub(crate) fn paused<T>(work: impl Future<Output = T>) -> T {
    PAUSED.with(|runtime| runtime.block_on(work))
}
