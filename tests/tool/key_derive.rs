//! `#[derive(Key)]`: a newtype is its field, an enum the name that the model sends.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tool_runtime::{Key, KeyText};

#[track_caller]
fn check<'a>(value: impl Key, expected: impl Into<Option<&'a str>>) {
    assert_eq!(KeyText::of(&value).as_str(), expected.into());
}

/// What the model sends as `name` is the variant, and the variant's text is `name`.
#[track_caller]
fn sent<T: Key + DeserializeOwned + PartialEq + Debug>(variant: T, name: &str) {
    check(&variant, name);
    let read: T = serde_json::from_value(name.into()).expect("the name is one of serde's");
    assert_eq!(read, variant);
}

/// An enum with a rule of serde's, and the name of each variant under it.
macro_rules! rule {
    ($rule:literal: $first:literal, $second:literal, $third:literal) => {{
        #[derive(Debug, Deserialize, Key, PartialEq)]
        #[serde(rename_all = $rule)]
        enum Kind {
            Savings,
            MoneyMarket2,
            IrA,
        }

        sent(Kind::Savings, $first);
        sent(Kind::MoneyMarket2, $second);
        sent(Kind::IrA, $third);
    }};
}

#[test]
fn every_rule_of_serde_holds() {
    rule!("lowercase": "savings", "moneymarket2", "ira");
    rule!("UPPERCASE": "SAVINGS", "MONEYMARKET2", "IRA");
    rule!("PascalCase": "Savings", "MoneyMarket2", "IrA");
    rule!("camelCase": "savings", "moneyMarket2", "irA");
    rule!("snake_case": "savings", "money_market2", "ir_a");
    rule!("SCREAMING_SNAKE_CASE": "SAVINGS", "MONEY_MARKET2", "IR_A");
    rule!("kebab-case": "savings", "money-market2", "ir-a");
    rule!("SCREAMING-KEBAB-CASE": "SAVINGS", "MONEY-MARKET2", "IR-A");
}

/// Every attribute that has a say in a variant's name, and some that have none.
#[derive(Debug, Deserialize, Key, PartialEq)]
#[serde(
    rename = "AccountKind",
    rename_all(serialize = "UPPERCASE", deserialize = "kebab-case")
)]
enum Kind {
    MoneyMarket,
    #[serde(rename = "giro / current")]
    Checking,
    #[serde(rename(serialize = "out", deserialize = "in"))]
    Transfer,
    #[serde(alias = "deposit")]
    Savings,
    r#Type,
    #[deprecated]
    Old(),
}

#[test]
fn a_variant_is_the_name_the_model_sends() {
    sent(Kind::MoneyMarket, "money-market");
    sent(Kind::Checking, "giro / current");
    sent(Kind::Transfer, "in");
    sent(Kind::Type, "type");
    #[expect(deprecated, reason = "the derive must not warn of it, a use does")]
    check(Kind::Old(), "old");
}

#[test]
fn an_alias_is_another_name_of_the_same_key() {
    sent(Kind::Savings, "savings");
    let read: Kind = serde_json::from_str("\"deposit\"").expect("an alias");
    check(read, "savings");
}

#[derive(Deserialize, Key)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Savings,
}

#[derive(Clone, Copy, Key)]
#[repr(u8)]
enum Plain {
    One = 1,
}

#[derive(Key)]
enum Never {}

#[test]
fn tags_and_numbers_do_not_matter() {
    let read: Tagged = serde_json::from_str(r#"{"kind":"savings"}"#).expect("a tagged enum");
    check(read, "savings");
    check(Plain::One, "One");
    assert_eq!(Plain::One as u8, 1);
    check(None::<Never>, None);
}

#[derive(Key)]
struct CustomerId(u64);

/// A newtype whose tokens come from two places.
macro_rules! newtype {
    ($name:ident { $field:ident: $ty:ty }) => {
        #[derive(Key)]
        struct $name {
            $field: $ty,
        }
    };
}

newtype!(Made { number: Option<u16> });

#[derive(Key)]
struct Named {
    r#type: String,
}

#[derive(Key)]
struct Lent<'a>(&'a str);

#[derive(Key)]
struct Wrapped<T>(T);

#[derive(Key)]
struct Unsized<T: ?Sized>(Box<T>);

/// The mark needs no form of its own.
#[derive(Deserialize, Key)]
#[serde(transparent)]
struct Id<T> {
    #[serde(skip)]
    _of: PhantomData<T>,
    number: Option<u32>,
}

struct Order;

#[derive(Key, Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(mut text: String) -> Result<Self, Self::Error> {
        text.make_ascii_lowercase();
        text.contains('@').then_some(Self(text)).ok_or("no email")
    }
}

#[test]
fn a_newtype_is_its_field() {
    check(CustomerId(7), "7");
    check(
        Named {
            r#type: "a".to_owned(),
        },
        "a",
    );
    check(Made { number: Some(7) }, "7");
    check(Lent("a"), "a");
    check(Wrapped(Wrapped(Kind::Savings)), "savings");
    check(Wrapped(None::<u8>), None);
    check(Unsized::<str>("a".into()), "a");
}

#[test]
fn a_transparent_struct_is_what_the_model_sends() {
    let id: Id<Order> = serde_json::from_str("7").expect("a number");
    check(id, "7");
    let id: Id<Order> = serde_json::from_str("null").expect("null");
    check(id, None);
}

#[test]
fn what_is_read_from_another_type_is_what_came_of_it() {
    let email: Email = serde_json::from_str("\"A@Example.org\"").expect("an email");
    check(email, "a@example.org");
}
