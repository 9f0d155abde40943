//! [`Key`] for types of other crates, each behind the feature of its crate: equal values write equal text.

use super::key::{Key, KeyText};

/// Types that are equal where their `Display` texts are.
macro_rules! displayed {
    ($feature:literal: $($ty:ty),*) => {$(
        #[cfg(feature = $feature)]
        impl Key for $ty {
            fn write(&self, text: &mut KeyText) {
                text.display(self);
            }
        }
    )*};
}

displayed!("chrono": chrono::NaiveDate, chrono::NaiveDateTime, chrono::NaiveTime, chrono::Weekday);
displayed!("semver": semver::Version);
displayed!("url": url::Url);
displayed!("uuid": uuid::Uuid);

/// In UTC, since two are equal that are the same moment in two places.
#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> Key for chrono::DateTime<Z> {
    fn write(&self, text: &mut KeyText) {
        text.display(self.naive_utc());
    }
}

/// Without zeros at its end, since `1.0` is `1.00`.
#[cfg(feature = "rust_decimal")]
impl Key for rust_decimal::Decimal {
    fn write(&self, text: &mut KeyText) {
        text.display(self.normalize());
    }
}
