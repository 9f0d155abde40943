//! Types of other crates: arguments with their schemas, and keys that equal values share.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use rust_decimal::Decimal;
use semver::Version;
use support::{call, texts};
use tool_runtime::{Key, KeyText, Toolbox, tool, tools};
use url::Url;
use uuid::Uuid;

/// Books a room.
#[tool(
    writes("room:{id}/{day}"),
    reads("at:{at}", "page:{page}", "price:{price}", "api:{api}")
)]
async fn book(
    /// The room.
    id: Uuid,
    /// The day.
    day: NaiveDate,
    /// When to say so.
    at: DateTime<Utc>,
    /// Where it is shown.
    page: Url,
    /// What it costs.
    price: Decimal,
    /// Of which version of the interface.
    api: Version,
) -> String {
    format!("{id} {day} {at} {page} {price} {api}")
}

const GOOD: &str = r#"{
    "id": "67E55044-10B1-426F-9247-BB680E5FE0C8", "day": "2026-02-28", "at": "2026-02-28T12:00:00+01:00",
    "page": "https://EXAMPLE.com/a b", "price": "10.50", "api": "1.2.3-rc.1"
}"#;

async fn run(arguments: &str) -> String {
    let toolbox = Toolbox::new(tools![book]).unwrap();
    let report = toolbox.run([call("book", arguments)]).await;
    texts(&report)[0].to_owned()
}

#[tokio::test]
async fn they_are_read() {
    assert_eq!(
        run(GOOD).await,
        "67e55044-10b1-426f-9247-bb680e5fe0c8 2026-02-28 2026-02-28 11:00:00 UTC https://example.com/a%20b 10.50 1.2.3-rc.1"
    );
    let bad = GOOD.replace("2026-02-28\"", "2026-02-30\"");
    assert!(run(&bad).await.contains("- `day`: expected "));
}

#[test]
fn they_have_schemas() {
    let toolbox = Toolbox::new(tools![book]).unwrap();
    let text = toolbox.tools()[0].parameters().to_string();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let formats = ["id", "day", "at", "page"].map(|name| {
        schema["properties"][name]["format"]
            .as_str()
            .unwrap_or_default()
    });
    assert_eq!(formats, ["uuid", "date", "date-time", "uri"]);
    assert!(schema["properties"]["price"]["pattern"].is_string());
    assert_eq!(schema["properties"]["api"]["$ref"], "#/$defs/SemVer");
}

#[track_caller]
fn key(value: &impl Key, text: &str) {
    assert_eq!(KeyText::of(value).as_str(), Some(text));
}

#[test]
fn equal_values_have_one_key() {
    key(
        &"67E5504410B1426F9247BB680E5FE0C8".parse::<Uuid>().unwrap(),
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
    );
    key(
        &"HTTPS://Example.com:443/%7ea/../b".parse::<Url>().unwrap(),
        "https://example.com/b",
    );
    key(&"1.0.0-a+b".parse::<Version>().unwrap(), "1.0.0-a+b");

    for (decimal, text) in [
        ("1.00", "1"),
        ("-0.0", "0"),
        ("100", "100"),
        ("0.10", "0.1"),
    ] {
        key(&decimal.parse::<Decimal>().unwrap(), text);
    }

    let here: DateTime<FixedOffset> = "2026-02-28T12:00:00+01:00".parse().unwrap();
    let there: DateTime<Utc> = "2026-02-28T11:00:00Z".parse().unwrap();
    assert_eq!(here, there);
    key(&here, "2026-02-28 11:00:00");
    key(&there, "2026-02-28 11:00:00");
    key(
        &"2026-02-28T11:00:00.5".parse::<NaiveDateTime>().unwrap(),
        "2026-02-28 11:00:00.500",
    );
    key(&"2026-02-28".parse::<NaiveDate>().unwrap(), "2026-02-28");
    key(&"11:00:00".parse::<NaiveTime>().unwrap(), "11:00:00");
    key(&Weekday::Mon, "Mon");
}
