//! The formats that schemars gives numbers. No provider takes them: they are told as the bounds that they mean.

use serde_json::Value;

/// The bounds that the format of a schema means, if it is one of numbers and the schema's type is one that has numbers.
pub(crate) fn bounds(format: &str, kind: Option<&Value>) -> Option<Bounds> {
    if !kind.is_none_or(has_numbers) {
        return None;
    }
    let (least, most) = range(format)?;
    Some([
        ("minimum", "exclusiveMinimum", least),
        ("maximum", "exclusiveMaximum", most),
    ])
}

/// The keyword of each bound, the one that says it of values next to it, and its number if there is one.
pub(crate) type Bounds = [(&'static str, &'static str, Option<i64>); 2];

/// Whether a schema of this `type` may be of a number, as one that names no type may.
fn has_numbers(kind: &Value) -> bool {
    let is_number = |name: &Value| name == "integer" || name == "number";
    match kind {
        Value::Array(names) => !names.iter().any(Value::is_string) || names.iter().any(is_number),
        Value::String(_) => is_number(kind),
        _ => true,
    }
}

/// Those of 64 bits and more are no bounds a model comes near, and beyond what many a JSON parser reads exactly.
fn range(format: &str) -> Option<(Option<i64>, Option<i64>)> {
    Some(match format {
        "int8" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "int16" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "int32" => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        "uint8" => (Some(0), Some(u8::MAX.into())),
        "uint16" => (Some(0), Some(u16::MAX.into())),
        "uint32" => (Some(0), Some(u32::MAX.into())),
        "uint" | "uint64" | "uint128" => (Some(0), None),
        "int" | "int64" | "int128" | "float" | "double" => (None, None),
        _ => return None,
    })
}
