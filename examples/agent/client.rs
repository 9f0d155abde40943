//! Requests to the provider, and what it refuses, in one line that says what to do.

use std::error::Error;
use std::time::Duration;

use reqwest::{Response, StatusCode, Url, header};
use tool_runtime::dialect::{Message, StreamingDialect};
use tool_runtime::{DecodeError, Manifest};

use crate::failure::{Failure, shortened};
use crate::provider::Provider;
use crate::store::Settings;

/// How long a connection may take, and how long the provider may say nothing in the middle of a response.
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(180);

/// Asks one model.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    provider: Provider,
    url: Url,
    model: String,
}

impl Client {
    pub(crate) fn new(settings: &Settings, base_url: &str) -> Result<Self, Failure> {
        // A second time it is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE);
        // What is on this machine is not behind a proxy, whatever the environment says.
        let http = match is_here(base_url) {
            true => http.no_proxy(),
            false => http,
        };
        let http = http.build();
        let http = http.map_err(|error| {
            let cause = cause(&error);
            Failure::new(format!("no client can be made: {cause}"))
        })?;
        let (base_url, path) = (base_url.trim_end_matches('/'), settings.provider.path());
        let url = Url::parse(&format!("{base_url}/{path}"));
        let url = url
            .ok()
            .filter(|url| ["http", "https"].contains(&url.scheme()));
        Ok(Self {
            http,
            provider: settings.provider,
            url: url.ok_or_else(|| {
                Failure::usage(format!(
                    "`{base_url}` is no address of a provider; write it as `--base-url https://host/v1`"
                ))
            })?,
            model: settings.model.clone(),
        })
    }

    pub(crate) fn dialect(&self) -> &'static dyn StreamingDialect {
        self.provider.dialect()
    }

    pub(crate) fn provider(&self) -> Provider {
        self.provider
    }

    /// Asks for the next turn: a response whose body is a stream.
    pub(crate) async fn ask(
        &self,
        tools: &Manifest,
        history: &[Message],
    ) -> Result<Response, Failure> {
        let body = self.provider.body(&self.model, tools, history);
        let body = body.map_err(|error| {
            Failure::new(format!("the history cannot be written as JSON: {error}"))
        })?;
        let request = self.provider.head(self.http.post(self.url.clone()));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let response = request.body(body).send().await;
        let response = response.map_err(|error| self.unreachable(&error))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            status => Err(self.refused(status, response).await),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let (url, cause) = (&self.url, cause(error));
        Failure::new(format!(
            "{url} cannot be reached ({cause}); see to the network and to `--base-url`"
        ))
    }

    /// What the provider says, and what to do about it.
    async fn refused(&self, status: StatusCode, response: Response) -> Failure {
        let after = response.headers().get(header::RETRY_AFTER);
        let after = after.and_then(|after| after.to_str().ok()).map(wait);
        let body = response.bytes().await.unwrap_or_default();
        let said = match self.dialect().decode(&body) {
            Err(DecodeError::Provider { message }) => message,
            _ => String::from_utf8_lossy(&body).into_owned(),
        };
        let said = match shortened(&said, 200) {
            said if said.is_empty() => String::new(),
            said => format!(": {said}"),
        };
        let (name, code) = (self.provider.name(), status.as_u16());
        let advice = match code {
            401 | 403 => format!("set {} to a key that it takes", self.provider.key_variable()),
            404 => "see to `--model` and `--base-url`".to_owned(),
            429 | 500.. => format!("wait {}", after.as_deref().unwrap_or("a while")),
            _ => "this is a mistake of this program's, or the provider speaks another format (`--provider`)".to_owned(),
        };
        Failure::new(format!(
            "{name} refused the request ({code}{said}); {advice}"
        ))
    }
}

/// What `retry-after` says: seconds, or a date.
fn wait(after: &str) -> String {
    match after.parse::<u64>() {
        Ok(seconds) => format!("{seconds} s"),
        Err(_) => format!("until {after}"),
    }
}

fn is_here(url: &str) -> bool {
    let hosts = ["127.0.0.1", "localhost", "[::1]"];
    hosts
        .iter()
        .any(|host| url.starts_with(&format!("http://{host}")))
}

/// The last of an error's sources: what happened, without who was told of it.
pub(crate) fn cause(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    match text.split_once(" (os error") {
        Some((text, _)) => text.to_lowercase(),
        None => text,
    }
}
