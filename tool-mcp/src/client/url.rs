//! A server at a URL.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::{
    StreamableHttpClientTransportConfig, StreamableHttpError,
};

use super::secrets::Secrets;

/// A server at a URL, which speaks streamable HTTP. Only redirects within the same origin are followed. `https` needs the feature
/// `client-https`.
///
/// Neither [`Debug`] nor any error shows the token, the values of headers, or a user and password in the URL.
///
/// ```no_run
/// use tool_mcp::client::{McpTools, McpUrl};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let token = std::env::var("CRM_TOKEN")?;
/// let crm = McpTools::connect("crm", McpUrl::new("http://localhost:8000/mcp").bearer(token)).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct McpUrl {
    url: String,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
}

impl McpUrl {
    /// The server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            bearer: None,
            headers: Vec::new(),
        }
    }

    /// The same with a token, which each request has as `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self
    }

    /// The same with a header that each request has. Those that the protocol has itself are refused.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// What no error may show.
    pub(super) fn secrets(&self) -> Secrets {
        let values = self.headers.iter().map(|(_, value)| value.clone());
        let userinfo = userinfo(&self.url).map(str::to_owned);
        let password = userinfo
            .as_deref()
            .and_then(|info| info.split_once(':'))
            .map(|(_, password)| password.to_owned());
        // What stands behind `?` is often a key.
        let query = self.url.split_once('?').map(|(_, query)| query.to_owned());
        let texts = self.bearer.iter().cloned().chain(values);
        Secrets::new(texts.chain(userinfo).chain(password).chain(query))
    }

    /// A transport, whose connection begins with the first request.
    pub(super) fn open(
        &self,
        max_message: usize,
    ) -> Result<StreamableHttpClientTransport<reqwest::Client>, String> {
        if self.url.starts_with("https:") && !cfg!(feature = "client-https") {
            return Err("its URL is one of `https`, which needs the feature `client-https`; write `tool-mcp = { version = \"…\", features = [\"client-https\"] }` in `Cargo.toml`".to_owned());
        }
        if !["http://", "https://"]
            .iter()
            .any(|scheme| self.url.starts_with(scheme))
        {
            return Err("its URL begins with neither `http://` nor `https://`".to_owned());
        }
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url.as_str())
            .custom_headers(self.custom_headers()?)
            .max_sse_event_size(max_message)
            .max_json_response_size(max_message)
            .max_error_response_size(1024);
        if let Some(token) = &self.bearer {
            config = config.auth_header(token.as_str());
        }
        Ok(StreamableHttpClientTransport::from_config(config))
    }

    fn custom_headers(&self) -> Result<HashMap<HeaderName, HeaderValue>, String> {
        let parse = |(name, value): &(String, String)| {
            let key = name.parse::<HeaderName>();
            let key = key.map_err(|_| format!("`{name}` is no name of a header"))?;
            let mut value = value.parse::<HeaderValue>().map_err(|_| {
                format!("the value of the header `{name}` has characters that no header has")
            })?;
            value.set_sensitive(true);
            Ok((key, value))
        };
        self.headers.iter().map(parse).collect()
    }
}

/// `user:password` in `https://user:password@host/`.
fn userinfo(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (userinfo, _) = authority.rsplit_once('@')?;
    Some(userinfo)
}

impl fmt::Debug for McpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpUrl")
            .field("url", &self.secrets().hidden(self.url.clone()))
            .finish_non_exhaustive()
    }
}

/// Whether a request that failed reached the server.
pub(super) enum Reached {
    Never,
    /// The server says that it is asked too much, and when it may be asked again.
    NoRoom(Option<Duration>),
    Perhaps,
}

pub(super) fn reached(error: &(dyn Error + 'static)) -> Reached {
    match error.downcast_ref() {
        Some(StreamableHttpError::<reqwest::Error>::Client(error)) if error.is_connect() => {
            Reached::Never
        }
        Some(StreamableHttpError::HttpStatus(error)) if error.status == 429 => {
            let after = error.retry_after.as_deref();
            let seconds = after.and_then(|after| after.parse().ok());
            Reached::NoRoom(seconds.map(Duration::from_secs))
        }
        Some(_) => Reached::Perhaps,
        None => error.source().map_or(Reached::Perhaps, reached),
    }
}

/// What an error says, with what lies under it: that a connection was refused, say.
pub(super) fn whole(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let client = match error.downcast_ref() {
        Some(StreamableHttpError::<reqwest::Error>::Client(client)) => Some(client as &dyn Error),
        _ => None,
    };
    let mut next = client.and_then(Error::source).or_else(|| error.source());
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}
