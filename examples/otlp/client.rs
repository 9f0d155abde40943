//! As much of an HTTP client as the exporter needs: one request, one connection.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

/// Sends what the exporter has for it. It may block: the exporter calls it on a thread of its own.
#[derive(Debug)]
pub(crate) struct Client;

impl HttpClient for Client {
    fn send_bytes<'client, 'answer>(&'client self, request: Request<Bytes>) -> Answer<'answer>
    where
        'client: 'answer,
    {
        Box::pin(async move { send(&request) })
    }
}

fn send(request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let uri = request.uri();
    let host = uri.host().ok_or("the endpoint has no host")?;
    let port = uri.port_u16().unwrap_or(80);
    let mut head = format!("POST {} HTTP/1.1\r\nhost: {host}\r\n", uri.path());
    for (name, value) in request.headers() {
        write!(head, "{name}: {}\r\n", value.to_str()?)?;
    }
    let length = request.body().len();
    write!(
        head,
        "content-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    let mut connection = TcpStream::connect((host, port))?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(head.as_bytes())?;
    connection.write_all(request.body())?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    read(&answer)
}

/// `HTTP/1.1 200 OK`, headers and a body.
fn read(answer: &[u8]) -> Result<Response<Bytes>, HttpError> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.ok_or("the answer has no end of its head")?;
    let status = answer.get(9..12).ok_or("the answer has no status")?;
    let body = Bytes::copy_from_slice(&answer[end + 4..]);
    Ok(Response::builder().status(status).body(body)?)
}
